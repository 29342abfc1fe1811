// The page of the log: puts the search field, the list, the details and what is to be said together, and speaks with the
// extension. What it gets is shown as text; what it may send is in `messages.ts`.
import { inDigits } from '../../text/counts';
import { isToPage, type FromPage, type Texts, type ToPage } from '../messages';
import { WORKING_DIRECTORY, type LogRow } from '../rows';
import { say, sayCount } from './describe';
import { DetailsPane } from './details';
import { List } from './list';
import { PathLimit } from './paths';
import { Search } from './search';
import { StatusLine } from './statusLine';

/** What VS Code gives to pages. */
declare function acquireVsCodeApi(): { postMessage(message: FromPage): void };

type State = Extract<ToPage, { type: 'state' }>;

const editor = acquireVsCodeApi();

class Page {
  readonly #search: Search;
  readonly #list: List;
  readonly #details: DetailsPane;
  readonly #paths: PathLimit;
  readonly #status: StatusLine;
  #state: State = { type: 'state', isLoading: true, isStopped: false, hasMore: false, revset: '', paths: [] };

  constructor(
    private readonly texts: Texts,
    private readonly language: string,
    root: string,
  ) {
    this.#search = new Search(texts, {
      searched: revset => {
        editor.postMessage({ type: 'search', revset });
      },
      searchedWords: words => {
        editor.postMessage({ type: 'searchWords', words });
      },
      left: () => {
        this.#list.focus();
      },
    });
    this.#paths = new PathLimit(texts, () => {
      editor.postMessage({ type: 'allPaths' });
    });
    const open = (node: string): void => {
      editor.postMessage({ type: 'open', node });
    };
    this.#list = new List(
      texts,
      language,
      {
        selected: row => {
          // Those of another changeset stay until its own are there: what comes and goes makes the list jump.
          if (row.node === WORKING_DIRECTORY) this.#details.hide();
          editor.postMessage({ type: 'select', node: row.node });
        },
        opened: row => {
          open(row.node);
        },
        wantsMore: () => {
          if (this.#state.hasMore && !this.#state.isLoading) editor.postMessage({ type: 'more' });
        },
      },
      row => contextOf(row, root),
    );
    this.#details = new DetailsPane(texts, {
      isListed: node => this.#list.has(node),
      go: node => this.#list.select(node, true),
      open,
    });
    this.#status = new StatusLine(texts, {
      stopped: () => {
        editor.postMessage({ type: 'stop' });
      },
      startedAgain: () => {
        editor.postMessage({ type: 'again' });
      },
      left: () => {
        this.#list.focus();
      },
    });
    document.body.replaceChildren(
      this.#search.element,
      this.#paths.element,
      this.#list.element,
      this.#details.element,
      this.#status.element,
    );
  }

  take(message: ToPage): void {
    switch (message.type) {
      case 'begin':
        break;
      case 'rows':
        this.#list.splice(message.splice);
        this.#say();
        break;
      case 'state':
        this.#state = message;
        this.#search.show(message.revset, message.error);
        this.#paths.show(message.paths);
        this.#list.hasMore = message.hasMore;
        this.#list.element.setAttribute('aria-busy', String(message.isLoading));
        this.#say();
        break;
      case 'details':
        this.#details.show(message.details);
        this.#list.reveal();
        break;
      case 'reveal':
        this.#list.select(message.node, true);
        this.#list.focus();
        break;
      case 'focusSearch':
        this.#search.focus();
        break;
    }
  }

  #say(): void {
    const { isLoading, isStopped, hasMore, revset, paths, error } = this.#state;
    const { count } = this.#list;
    const isLimited = revset !== '' || paths.length > 0;
    let text = hasMore
      ? say(this.texts, 'countMore', inDigits(count, this.language))
      : sayCount(this.texts, 'count', count, this.language);
    if (isLoading) text = isLimited ? this.texts.searching : this.texts.loading;
    else if (isStopped) text = count === 0 ? this.texts.stoppedEmpty : this.texts.stopped;
    else if (error) text = '';
    else if (count === 0) text = isLimited ? this.texts.nothingFound : this.texts.empty;
    this.#status.show(text, isLoading ? 'loading' : isStopped ? 'stopped' : 'none');
  }
}

/** What the commands of the context menu are told, and what decides which of them there are. */
function contextOf(row: LogRow, root: string): string {
  return JSON.stringify({
    webviewSection: row.node === WORKING_DIRECTORY ? 'workingDirectory' : 'changeset',
    root,
    node: row.node,
    isCheckedOut: row.isCheckedOut,
    isDraft: row.phase !== 'public',
    preventDefaultContextMenuItems: true,
  });
}

let page: Page | undefined;
window.addEventListener('message', event => {
  const message: unknown = event.data;
  if (!isToPage(message)) return;
  if (message.type === 'begin') page = new Page(message.texts, message.language, message.root);
  page?.take(message);
});
editor.postMessage({ type: 'ready' });
