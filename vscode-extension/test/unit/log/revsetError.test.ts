import assert from 'node:assert/strict';
import { it } from 'node:test';

import { keywordSearch, searchError } from '../../../src/log/revsetError';

it('the place is read from the message, and the excerpt that shows the same is left out', () => {
  const message = 'parse error at 11: unexpected token: end';
  assert.deepEqual(searchError('branch(foo ', message, 'branch(foo \n           ^ here'), { message, at: 11 });
});

it('the server counts bytes, the editor UTF-16', () => {
  const message = 'parse error at 9: invalid token';
  assert.equal(searchError("'äö' + 💥 $", message, undefined).at, 7);
  assert.equal(searchError("'💥' + $", message, undefined).at, 7);
});

it('a place beyond the text is its end', () => {
  assert.equal(searchError('ab', 'parse error at 999: x', undefined).at, 2);
});

it('messages without a place keep their hint', () => {
  const message = 'parse error: unknown identifier: ancestr';
  assert.deepEqual(searchError('ancestr(.)', message, 'did you mean ancestor?'), {
    message,
    hint: 'did you mean ancestor?',
  });
  assert.deepEqual(searchError('x', "unknown revision 'x'", undefined), { message: "unknown revision 'x'" });
});

it('words are searched for as they are written', () => {
  assert.equal(keywordSearch(' fix the "bug" in \\x '), String.raw`keyword("fix the \"bug\" in \\x")`);
});
