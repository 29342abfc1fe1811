// URIs of files at a revision, and back. Everything that opens or compares an older version makes its URIs here.
import * as vscode from 'vscode';

import { read, SCHEME, write } from './address';

/** The file as of a revision: a node where it must not change under the reader's eyes, or `.` and the like. */
export function atRevision(file: vscode.Uri, rev: string): vscode.Uri {
  return vscode.Uri.from(write({ path: file.path, authority: file.authority, rev }));
}

/** Which file, as of which revision, a URI of the scheme `hgls` stands for; `undefined` for any other. */
export function revisionOf(uri: vscode.Uri): { readonly file: vscode.Uri; readonly rev: string } | undefined {
  const address = uri.scheme === SCHEME ? read(uri) : undefined;
  if (!address) return undefined;
  return {
    file: vscode.Uri.from({ scheme: 'file', authority: address.authority, path: address.path }),
    rev: address.rev,
  };
}

/** The file of the working copy that is meant: by itself, or by one of its older versions. */
export function workingFile(uri: vscode.Uri): vscode.Uri | undefined {
  return uri.scheme === 'file' ? uri : revisionOf(uri)?.file;
}

/** How the protocol names a document, be it of the working copy or of a revision. */
export function named({ uri }: vscode.TextDocument): { textDocument: { uri: string }; rev?: string } {
  const revision = revisionOf(uri);
  return revision
    ? { textDocument: { uri: revision.file.toString() }, rev: revision.rev }
    : { textDocument: { uri: uri.toString() } };
}
