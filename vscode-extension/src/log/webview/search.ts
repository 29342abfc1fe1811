// The field that a revision set is typed into, and below it what is wrong with it, the place marked. Knows nothing of what
// is found.
import type { Texts } from '../messages';
import type { SearchError } from '../revsetError';
import { element } from './elements';

export interface SearchListener {
  /** A revision set was asked for; an empty one for everything. */
  searched(revset: string): void;
  /** The text was meant as words. */
  searchedWords(words: string): void;
  /** The way from the field to what was found. */
  left(): void;
}

export class Search {
  readonly element: HTMLElement;
  readonly #field = element('input', 'revset');
  readonly #clear = element('button', 'clear');
  readonly #problem = element('div', 'problem');
  /** What was last searched for, so that the user's own typing is not overwritten. */
  #shown = '';

  constructor(
    private readonly texts: Texts,
    private readonly listener: SearchListener,
  ) {
    this.#field.type = 'text';
    this.#field.spellcheck = false;
    this.#field.autocomplete = 'off';
    this.#field.placeholder = texts.searchHint;
    this.#field.setAttribute('aria-label', texts.search);
    this.#field.setAttribute('aria-describedby', 'problem');
    this.#clear.type = 'button';
    this.#clear.title = texts.clear;
    this.#clear.setAttribute('aria-label', texts.clear);
    this.#clear.textContent = '×';
    this.#clear.hidden = true;
    this.#problem.id = 'problem';
    this.#problem.setAttribute('role', 'alert');
    const form = element('form', 'search', this.#field, this.#clear);
    form.setAttribute('role', 'search');
    form.addEventListener('submit', event => {
      event.preventDefault();
      // What it says and offers is about the search before.
      this.#problem.replaceChildren();
      listener.searched(this.#field.value);
    });
    this.#clear.addEventListener('click', () => {
      this.#empty();
    });
    this.#field.addEventListener('input', () => {
      this.#clear.hidden = this.#field.value === '';
    });
    this.#field.addEventListener('keydown', event => {
      if (event.key === 'Escape' && this.#field.value !== '') this.#empty();
      else if (event.key === 'ArrowDown' || event.key === 'Escape') listener.left();
      else return;
      event.preventDefault();
    });
    this.element = element('header', '', form, this.#problem);
  }

  /** Shows what is searched for, and what is wrong with it. */
  show(revset: string, error: SearchError | undefined): void {
    if (revset !== this.#shown) {
      this.#shown = revset;
      this.#field.value = revset;
      this.#clear.hidden = revset === '';
    }
    this.#field.setAttribute('aria-invalid', String(error !== undefined));
    this.#problem.replaceChildren(...(error ? this.#explain(revset, error) : []));
  }

  focus(): void {
    this.#field.focus();
    this.#field.select();
  }

  #empty(): void {
    this.#field.value = '';
    this.#clear.hidden = true;
    this.listener.searched('');
  }

  #explain(revset: string, error: SearchError): Node[] {
    const parts: Node[] = [element('div', 'message', error.message)];
    if (error.at !== undefined) {
      const [before, place, after] = [
        revset.slice(0, error.at),
        // At the end there is nothing to mark but the place itself.
        Array.from(revset.slice(error.at))[0] ?? ' ',
        revset.slice(error.at + (Array.from(revset.slice(error.at))[0]?.length ?? 0)),
      ];
      const excerpt = element('code', 'excerpt', before, element('mark', '', place), after);
      excerpt.setAttribute('aria-hidden', 'true');
      parts.push(excerpt);
    }
    if (error.hint !== undefined) parts.push(element('div', 'hint', error.hint));
    if (revset !== '') {
      const words = element('button', 'words', this.texts.searchWords);
      words.type = 'button';
      words.addEventListener('click', () => {
        this.listener.searchedWords(revset);
      });
      parts.push(words);
    }
    return parts;
  }
}
