// The language client without the features that the extension has its own of: the server offers hovers, hints, lenses,
// actions and commands to editors that have no extension, and here they would stand beside ours.
import { LanguageClient, type DynamicFeature, type StaticFeature } from 'vscode-languageclient/node';

const NOT_WANTED: ReadonlySet<string> = new Set([
  'textDocument/hover',
  'textDocument/inlayHint',
  'textDocument/codeLens',
  'textDocument/codeAction',
  'workspace/executeCommand',
  'workspace/textDocumentContent',
]);

export class HglsClient extends LanguageClient {
  override registerFeature(feature: StaticFeature | DynamicFeature<unknown>): void {
    if ('registrationType' in feature && NOT_WANTED.has(feature.registrationType.method)) return;
    super.registerFeature(feature);
  }
}
