// The files and folders that the log is limited to, with a button that lifts the limit. Knows nothing of what is listed.
import { oneLine } from '../../text/plain';
import type { Texts } from '../messages';
import { say } from './describe';
import { element } from './elements';

/** More are counted. */
const MOST_NAMED = 3;

export class PathLimit {
  readonly element = element('div', 'paths');

  constructor(
    private readonly texts: Texts,
    private readonly lifted: () => void,
  ) {
    this.element.hidden = true;
  }

  show(paths: readonly string[]): void {
    this.element.hidden = paths.length === 0;
    if (paths.length === 0) return;
    const names = paths.slice(0, MOST_NAMED).map(oneLine);
    const more = paths.length > names.length ? ` + ${paths.length - names.length}` : '';
    const clear = element('button', 'lift', '×');
    clear.type = 'button';
    clear.title = this.texts.allPaths;
    clear.setAttribute('aria-label', this.texts.allPaths);
    clear.addEventListener('click', () => {
      this.lifted();
    });
    const text = element('span', 'text', say(this.texts, 'onlyPaths', names.join(', ') + more));
    text.title = paths.map(oneLine).join('\n');
    this.element.replaceChildren(text, clear);
  }
}
