import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { afterCommit, begun, givenBack, subject } from '../../../src/scm/messages';

describe('a commit message', () => {
  it('is known by its first line', () => {
    assert.equal(subject('\nFix it  \n\nBecause.'), 'Fix it');
    assert.equal(subject(''), '');
    assert.equal(subject('x'.repeat(100)), `${'x'.repeat(71)}…`);
  });

  it('goes back to the box, before what was typed there', () => {
    assert.equal(givenBack('Fix it\n\nBecause.', ' '), 'Fix it\n\nBecause.');
    assert.equal(givenBack('Fix it\n', 'Fix it'), 'Fix it\n');
    assert.equal(givenBack('Fix it\n', 'More'), 'Fix it\n\nMore');
  });

  it('leaves the box once it is committed, unless another one was begun', () => {
    assert.equal(afterCommit('Fix it', 'Fix it'), '');
    assert.equal(afterCommit('Fix it', 'Next'), 'Next');
  });

  it('begins with what there is to begin with, and what was typed stays', () => {
    assert.equal(begun('', '', 'Merge'), 'Merge');
    assert.equal(begun('Merge', 'Merge', ''), '');
    assert.equal(begun('Mine', 'Merge', ''), 'Mine');
    assert.equal(begun(' \n', '', 'Why:'), 'Why:');
  });
});
