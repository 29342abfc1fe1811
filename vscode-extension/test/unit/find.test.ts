import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { find } from '../../src/server/find';

const PLACES = {
  setting: '',
  extension: '/extension',
  searchPath: '/usr/bin:relative::/opt/bin',
  home: '/home/me',
  platform: 'linux',
} as const;
const exists =
  (...files: string[]) =>
  (file: string) =>
    files.includes(file);

describe('the server is looked for', () => {
  it('where the setting says, and nowhere else then', () => {
    const places = { ...PLACES, setting: ' /my/hgls ' };
    assert.deepEqual(find(places, exists('/my/hgls', '/usr/bin/hgls')), { program: '/my/hgls', origin: 'setting' });
    assert.equal(find(places, exists('/usr/bin/hgls')), undefined);
  });

  it('below the home folder when the setting begins with ~', () => {
    assert.equal(find({ ...PLACES, setting: '~/bin/hgls' }, exists('/home/me/bin/hgls'))?.program, '/home/me/bin/hgls');
  });

  it('not by a relative path, which would be another program in each workspace', () => {
    assert.equal(
      find({ ...PLACES, setting: 'hgls' }, () => true),
      undefined,
    );
    assert.equal(find(PLACES, exists('relative/hgls', 'hgls')), undefined);
  });

  it('in the extension before the PATH, and there in its order', () => {
    assert.equal(find(PLACES, () => true)?.origin, 'bundled');
    assert.deepEqual(find(PLACES, exists('/opt/bin/hgls')), { program: '/opt/bin/hgls', origin: 'path' });
    assert.equal(find(PLACES, exists('/opt/bin/hgls', '/usr/bin/hgls'))?.program, '/usr/bin/hgls');
  });

  it('under the name that programs have on Windows', () => {
    const places = { ...PLACES, platform: 'win32', searchPath: 'C:\\tools;D:\\bin', extension: 'C:\\ext' } as const;
    assert.equal(find(places, exists('D:\\bin\\hgls.exe'))?.program, 'D:\\bin\\hgls.exe');
  });
});
