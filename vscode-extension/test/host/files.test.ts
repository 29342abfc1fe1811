// Files at a revision, as VS Code's own functions read them.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

import { atRevision } from '../../src/revisions/uris';
import { untilEqual } from '../workbench/wait';
import { file, open } from './surroundings';
import { BINARY, LATIN } from './workspace';

const { fs } = vscode.workspace;

describe('a file at a revision', () => {
  before(open);

  it('has the text that it had there', async () => {
    const document = await vscode.workspace.openTextDocument(atRevision(file('alpha.txt'), '0'));
    assert.equal(document.getText(), 'one\ntwo\nthree\n');
  });

  for (const [name, bytes] of [
    ['latin.txt', LATIN],
    ['picture.bin', BINARY],
  ] as const) {
    it(`has its bytes, whatever they are: ${name}`, async () => {
      assert.deepEqual(Buffer.from(await fs.readFile(atRevision(file(name), '.'))), bytes);
    });
    it(`has its true size: ${name}`, async () => {
      assert.equal((await fs.stat(atRevision(file(name), '.'))).size, bytes.length);
    });
  }

  it('cannot be written', async () => {
    const uri = atRevision(file('alpha.txt'), '0');
    assert.equal((await fs.stat(uri)).permissions, vscode.FilePermission.Readonly);
    await assert.rejects(async () => fs.writeFile(uri, BINARY));
    await assert.rejects(async () => fs.delete(uri));
    assert.equal(fs.isWritableFileSystem('hgls'), false);
  });

  for (const [what, uri] of [
    ['a file that the revision has not', (): vscode.Uri => atRevision(file('letters/new.txt'), '0')],
    ['a revision that is not there', (): vscode.Uri => atRevision(file('alpha.txt'), 'nosuch')],
    ['a folder', (): vscode.Uri => atRevision(file('letters'), '0')],
    ['a URI that names no revision', (): vscode.Uri => file('alpha.txt').with({ scheme: 'hgls' })],
  ] as const) {
    it(`is not found, rather than empty: ${what}`, async () => {
      for (const ask of [() => fs.stat(uri()), () => fs.readFile(uri())]) {
        await assert.rejects(
          async () => ask(),
          (error: unknown) => error instanceof vscode.FileSystemError && error.code === 'FileNotFound',
        );
      }
    });
  }

  it('shows another text when its name means another revision', async () => {
    const repository = await open();
    const document = await vscode.workspace.openTextDocument(atRevision(file('alpha.txt'), '.'));
    await vscode.window.showTextDocument(document);
    assert.equal(document.getText(), 'one\n2\nthree\n');
    repository.git('commit', '--quiet', '--message', 'Four', 'alpha.txt');
    await untilEqual('the committed text', () => document.getText(), 'one\n2\nthree\nfour\n');
    repository.git('reset', '--quiet', 'HEAD^');
    await untilEqual('the old text', () => document.getText(), 'one\n2\nthree\n');
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });
});
