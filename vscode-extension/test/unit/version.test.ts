import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { parseVersion, serves, type Version } from '../../src/server/version';

const version = (text: string): Version => {
  const parsed = parseVersion(text);
  assert.ok(parsed, text);
  return parsed;
};

describe('a version', () => {
  it('is read with and without the name before it', () => {
    assert.deepEqual(version('hgls 1.20.3\n'), { major: 1, minor: 20, patch: 3, text: '1.20.3' });
    assert.equal(version('0.1.0-rc.1').text, '0.1.0-rc.1');
  });

  it('is not found in what has none', () => {
    for (const text of ['', 'hgls', 'hgls 1.2', 'git version 2.47.3', 'hgls x.y.z'])
      assert.equal(parseVersion(text), undefined);
  });

  it('serves what is not newer, of the same major version, before 1.0 of the same minor one', () => {
    const table: [string, string, boolean][] = [
      ['0.1.0', '0.1.0', true],
      ['0.1.7', '0.1.0', true],
      ['0.1.0', '0.1.1', false],
      ['0.2.0', '0.1.0', false],
      ['1.3.0', '1.2.9', true],
      ['1.2.9', '1.3.0', false],
      ['2.0.0', '1.0.0', false],
    ];
    for (const [server, client, expected] of table) {
      assert.equal(serves(version(server), version(client)), expected, `${server} for ${client}`);
    }
  });
});
