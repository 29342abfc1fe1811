// All of the changeset that is selected: its whole message, who made it and when, and its parents. Knows nothing of rows.
import { shortNode } from '../../text/plain';
import type { Details, Texts } from '../messages';
import { element } from './elements';

/** By which rows say where all of them is. */
export const DETAILS = 'details';

export class DetailsPane {
  readonly element = element('section', 'details');

  constructor(
    private readonly texts: Texts,
    private readonly go: (node: string) => void,
    private readonly open: (node: string) => void,
  ) {
    this.element.id = DETAILS;
    this.element.setAttribute('aria-label', texts.details);
    this.element.hidden = true;
  }

  show(details: Details): void {
    const parents = details.parents.map(({ node, rev }) => {
      const text = rev === undefined ? shortNode(node) : `${rev}:${shortNode(node)}`;
      if (rev === undefined) return element('code', '', text);
      const link = element('button', 'link', text);
      link.type = 'button';
      link.addEventListener('click', () => {
        this.go(node);
      });
      return link;
    });
    const open = element('button', 'open', this.texts.openChanges);
    open.type = 'button';
    open.addEventListener('click', () => {
      this.open(details.node);
    });
    this.element.replaceChildren(
      element('p', 'message', details.message),
      element('p', 'who', `${details.user} · ${details.date}`),
      element('p', 'names', element('code', '', details.node)),
      ...(parents.length === 0 ? [] : [element('p', 'parents', `${this.texts.parents} `, ...parents)]),
      open,
    );
    this.element.hidden = false;
    this.element.scrollTop = 0;
  }

  hide(): void {
    this.element.hidden = true;
  }
}
