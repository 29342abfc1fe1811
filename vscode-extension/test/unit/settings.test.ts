import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

import { sound, type Declaration } from '../../src/settings/declared';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  contributes: {
    configuration: { properties: Record<string, Declaration & { scope?: string; markdownDescription: string }> };
  };
};

describe('the value of a setting', () => {
  it('is the default where it is not what is declared', () => {
    const mode: Declaration = { type: 'string', enum: ['auto', 'on', 'off'], default: 'auto' };
    assert.equal(sound('on', mode), 'on');
    for (const wrong of ['ON', '', 1, null, undefined, ['on']]) assert.equal(sound(wrong, mode), 'auto');
    const count: Declaration = { type: 'integer', minimum: 1, maximum: 9, default: 5 };
    assert.deepEqual(
      [1, 9, 0, 10, 2.5, '3', Number.NaN].map(value => sound(value, count)),
      [1, 9, 5, 5, 5, 5, 5],
    );
    assert.deepEqual(sound({}, { type: 'array', default: [] }), []);
    assert.deepEqual(sound(null, { type: 'object', default: { a: 1 } }), { a: 1 });
  });
});

describe('the declared settings', () => {
  it('have defaults that are sound themselves, and descriptions', () => {
    for (const [key, declaration] of Object.entries(manifest.contributes.configuration.properties)) {
      const other = { ...declaration, default: Symbol('not sound') };
      assert.equal(sound(declaration.default, other), declaration.default, key);
      assert.match(declaration.markdownDescription, /^%.*%$/, key);
    }
  });

  it('let no workspace choose the program that runs', () => {
    assert.equal(manifest.contributes.configuration.properties['hgls.server.path']?.scope, 'machine');
  });
});
