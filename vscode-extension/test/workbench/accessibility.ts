// What a screen reader is given of a page: the browser's own accessibility tree, as far as it is not ignored.
import type { CDPSession, Page } from 'playwright-core';

export interface Heard {
  readonly role: string;
  readonly name: string;
  readonly description: string;
  /** States and properties by their ARIA names; of another element, its name. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The part of the protocol's answer that is read here. */
interface Node {
  readonly nodeId: string;
  readonly backendDOMNodeId?: number;
  readonly ignored: boolean;
  readonly role?: { readonly value?: unknown };
  readonly name?: { readonly value?: unknown };
  readonly description?: { readonly value?: unknown };
  readonly properties?: readonly {
    readonly name: string;
    readonly value: { readonly value?: unknown; readonly relatedNodes?: readonly { backendDOMNodeId: number }[] };
  }[];
}

/** All of the window, in the order of the document, without the pages in its frames. */
export function heard(page: Page): Promise<Heard[]> {
  return inSession(page, session => read(session));
}

/** All of the page in the web view in front; nothing while there is none. */
export function heardInWebview(page: Page): Promise<Heard[]> {
  return inSession(page, async session => {
    const { frameTree } = (await session.send('Page.getFrameTree')) as { readonly frameTree: Tree };
    const frameId = find(frameTree);
    return frameId === undefined ? [] : read(session, frameId);
  });
}

/** The frames of a page. VS Code calls the one that a web view's page is in by this name. */
interface Tree {
  readonly frame: { readonly id: string; readonly name?: string };
  readonly childFrames?: readonly Tree[];
}
const WEBVIEW = 'active-frame';

function find({ frame, childFrames = [] }: Tree): string | undefined {
  return frame.name === WEBVIEW ? frame.id : childFrames.map(find).find(Boolean);
}

async function inSession(page: Page, work: (session: CDPSession) => Promise<Heard[]>): Promise<Heard[]> {
  const session = await page.context().newCDPSession(page);
  try {
    return await work(session);
  } finally {
    await session.detach();
  }
}

async function read(session: CDPSession, frameId?: string): Promise<Heard[]> {
  const { nodes } = (await session.send('Accessibility.getFullAXTree', frameId === undefined ? {} : { frameId })) as {
    readonly nodes: readonly Node[];
  };
  const names = new Map(nodes.map(node => [node.backendDOMNodeId, text(node.name)]));
  return nodes
    .filter(({ ignored }) => !ignored)
    .map(({ role, name, description, properties = [] }) => ({
      role: text(role),
      name: text(name),
      description: text(description),
      properties: Object.fromEntries(
        properties.map(({ name, value: { value, relatedNodes } }) => [
          name,
          relatedNodes ? relatedNodes.map(({ backendDOMNodeId }) => names.get(backendDOMNodeId)).join() : value,
        ]),
      ),
    }));
}

function text(value: { readonly value?: unknown } | undefined): string {
  return typeof value?.value === 'string' ? value.value : '';
}
