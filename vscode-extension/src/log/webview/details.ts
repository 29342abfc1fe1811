// All of the changeset that is selected: what it is called, who made it and when, its parents and its whole message. Knows
// nothing of rows.
import { changesetName, shortNode } from '../../text/plain';
import type { Details, Texts } from '../messages';
import { element } from './elements';

/** By which rows say where all of them is. */
export const DETAILS = 'details';
export interface DetailsListener {
  /** Whether a changeset can be gone to. */
  isListed(node: string): boolean;
  go(node: string): void;
  /** What it changed is to be shown. */
  open(node: string): void;
}

export class DetailsPane {
  readonly element = element('section', 'details');

  constructor(
    private readonly texts: Texts,
    private readonly listener: DetailsListener,
  ) {
    this.element.id = DETAILS;
    this.element.setAttribute('aria-label', texts.details);
    this.element.hidden = true;
  }

  show(details: Details): void {
    const { node, rev, phase, user, date, message, parents } = details;
    const open = element('button', 'open', this.texts.openChanges);
    open.type = 'button';
    open.addEventListener('click', () => {
      this.listener.open(node);
    });
    const name = element('code', 'name', `${rev}:${node}`);
    const facts = [user, date, this.texts[phase]].map(fact => element('span', 'fact', fact));
    const links = parents.map(parent => this.#parent(parent));
    this.element.replaceChildren(
      element('div', 'head', name, open),
      element('p', 'facts', ...facts, ...(links.length === 0 ? [] : [this.#parents(links)])),
      element('p', 'message', message),
    );
    this.element.hidden = false;
    this.element.scrollTop = 0;
  }

  hide(): void {
    this.element.hidden = true;
  }

  #parents(links: readonly HTMLElement[]): HTMLElement {
    const spaced = links.flatMap(link => [' ', link]);
    return element('span', 'fact', links.length === 1 ? this.texts.parent : this.texts.parents, ...spaced);
  }

  #parent({ node, rev }: Details['parents'][number]): HTMLElement {
    const text = rev === undefined ? shortNode(node) : changesetName({ rev, node });
    if (!this.listener.isListed(node)) return element('code', '', text);
    const link = element('button', 'link', element('code', '', text));
    link.type = 'button';
    link.addEventListener('click', () => {
      this.listener.go(node);
    });
    return link;
  }
}
