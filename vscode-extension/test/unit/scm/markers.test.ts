import assert from 'node:assert/strict';
import { it } from 'node:test';

import { hasMarkers } from '../../../src/scm/markers';

it('a conflict begins, parts and ends with markers of seven signs', () => {
  assert.ok(hasMarkers('a\n<<<<<<< working copy\nb\n=======\nc\n>>>>>>> destination\n'));
  assert.ok(hasMarkers('<<<<<<< working copy\r\nb\r\n=======\r\nc\r\n>>>>>>> destination\r\n'));
  assert.ok(!hasMarkers('Title\n=======\n'), 'a heading');
  assert.ok(!hasMarkers('  <<<<<<< a\n=======\n>>>>>>> b\n'), 'quoted');
});
