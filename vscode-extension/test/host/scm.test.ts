// Commits and files of the source control by their commands, as VS Code's own functions run them, with the message in its box.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

import type { TestRepository } from '../workbench/repository';
import { until, untilEqual } from '../workbench/wait';
import { file, open } from './surroundings';

/** Runs a command of the extension. */
async function run(name: string, ...parameters: unknown[]): Promise<void> {
  await vscode.commands.executeCommand(`hgls.${name}`, ...parameters);
}

/** The box of the panel: these tests are of the extension's own folder, so it is theirs, too. */
async function box(): Promise<vscode.SourceControlInputBox> {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- What replaces it is known to the panel alone.
  return until('the panel', () => vscode.scm.inputBox as vscode.SourceControlInputBox | undefined);
}

describe('source control', () => {
  let repository: TestRepository;
  const last = (): string => repository.git('show', '--format=%s', '--name-only');

  before(async () => {
    repository = await open();
    repository.write('alpha.txt', 'one\n2\nthree\nfour\nfive\n');
    repository.write('letters/beta.txt', 'beta\nmore\n');
  });

  after(() => {
    repository.git('reset', '--quiet', '--hard', 'ORIGINAL');
    repository.git('tag', '--delete', 'ORIGINAL');
    repository.write('alpha.txt', 'one\n2\nthree\nfour\n');
  });

  it('commits a file alone, with the message of the box, which is empty then', async () => {
    repository.git('tag', 'ORIGINAL');
    (await box()).value = 'More beta';
    await run('commitFiles', file('letters/beta.txt'));
    assert.equal(last(), 'More beta\n\nletters/beta.txt');
    assert.equal((await box()).value, '');
  });

  it('commits all that is changed', async () => {
    (await box()).value = 'Five\n\nAnd why.';
    await run('commit');
    assert.equal(last(), 'Five\n\nalpha.txt');
    assert.equal(repository.git('log', '-1', '--format=%b').trim(), 'And why.');
  });

  it('undoes the commit, and gives its message back to the box', async () => {
    await run('uncommit');
    assert.equal(last(), 'More beta\n\nletters/beta.txt');
    assert.equal((await box()).value, 'Five\n\nAnd why.');
    assert.match(repository.git('status', '--short', 'alpha.txt'), /M.* alpha\.txt$/);
  });

  it('does not lose what was typed meanwhile', async () => {
    (await box()).value = 'Typed';
    await run('uncommit');
    const { value } = await box();
    assert.ok(value.includes('More beta') && value.includes('Typed'), value);
    await run('commitFiles', file('letters/beta.txt'));
    assert.equal(repository.git('show', '--format=', '--name-only'), 'letters/beta.txt');
  });

  it('amends what was committed last', async () => {
    const before = repository.git('rev-parse', 'HEAD^');
    (await box()).value = 'Both';
    await run('amend');
    assert.equal(last(), 'Both\n\nalpha.txt\nletters/beta.txt');
    assert.equal(repository.git('rev-parse', 'HEAD^'), before);
  });

  it('tracks a file, and forgets it again', async () => {
    repository.write('new file.txt', 'new\n');
    await run('add', file('new file.txt'));
    await untilEqual('git to know it', () => repository.git('ls-files', 'new file.txt'), 'new file.txt');
    await run('forget', file('new file.txt'));
    await untilEqual('git to forget it', () => repository.git('ls-files', 'new file.txt'), '');
    assert.equal(repository.read('new file.txt'), 'new\n');
  });
});
