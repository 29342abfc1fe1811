// The line below the list: how much there is of it, or that it is being loaded, and a button that stops that, or begins it
// again. What it says is read aloud when it changes. Knows nothing of rows.
import type { Texts } from '../messages';
import { element } from './elements';

/** What loads in less shows no button: one that flashes up helps nobody. */
const QUIET_MS = 500;

export type Work = 'none' | 'loading' | 'stopped';

export interface StatusListener {
  stopped(): void;
  startedAgain(): void;
  /** The button that had the focus is gone. */
  left(): void;
}

export class StatusLine {
  readonly #text = element('span', 'text');
  readonly #button = element('button', 'link');
  readonly element = element('footer', 'status', this.#text, this.#button);
  #work: Work = 'none';
  #timer: number | undefined;

  constructor(
    private readonly texts: Texts,
    private readonly listener: StatusListener,
  ) {
    this.#text.setAttribute('role', 'status');
    this.#button.type = 'button';
    this.#button.hidden = true;
    this.#button.addEventListener('click', () => {
      if (this.#work === 'loading') listener.stopped();
      else listener.startedAgain();
    });
  }

  show(text: string, work: Work): void {
    // The same words once more would be read once more.
    if (this.#text.textContent !== text) this.#text.textContent = text;
    if (work === this.#work) return;
    this.#work = work;
    window.clearTimeout(this.#timer);
    if (work === 'loading' && this.#button.hidden) {
      this.#timer = window.setTimeout(() => {
        this.#showButton(work);
      }, QUIET_MS);
    } else this.#showButton(work);
  }

  #showButton(work: Work): void {
    const isLeft = work === 'none' && document.activeElement === this.#button;
    this.#button.textContent = work === 'loading' ? this.texts.stop : this.texts.again;
    this.#button.hidden = work === 'none';
    if (isLeft) this.listener.left();
  }
}
