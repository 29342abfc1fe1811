// What the log's page and the extension say to each other. Both sides check what they get: the page shows text that anybody
// may have written, and what it sends decides what is done to a repository. Knows neither documents nor VS Code.
import type { Phase } from '../protocol/types';
import type { SearchError } from './revsetError';
import type { LogRow } from './rows';
import type { Splice } from './splice';

/** The texts that the page shows, in the user's language. `{0}` and so on stand for what is put in. */
export const TEXTS = [
  'log',
  'logKeys',
  'search',
  'searchHint',
  'searchWords',
  'clear',
  'onlyPaths',
  'allPaths',
  'loading',
  'searching',
  'stop',
  'stopped',
  'stoppedEmpty',
  'again',
  'empty',
  'nothingFound',
  'countOne',
  'count',
  'countMore',
  'workingDirectory',
  'workingDirectoryDirty',
  'checkedOut',
  'public',
  'draft',
  'secret',
  'active',
  'bookmark',
  'remote',
  'tag',
  'merge',
  'parent',
  'parents',
  'revision',
  'details',
  'openChanges',
  'moreLanesOne',
  'moreLanes',
  'noMessage',
] as const;
export type TextName = (typeof TEXTS)[number];
export type Texts = Readonly<Record<TextName, string>>;

/** All of a changeset, which is shown of the one that is selected. */
export interface Details {
  readonly node: string;
  readonly rev: number;
  readonly message: string;
  readonly user: string;
  readonly date: string;
  readonly phase: Phase;
  /** Without a number where it cannot be asked for. */
  readonly parents: readonly { readonly node: string; readonly rev: number | undefined }[];
}

/** From the extension to the page. */
export type ToPage =
  | {
      readonly type: 'begin';
      readonly texts: Texts;
      readonly language: string;
      readonly repository: string;
      readonly root: string;
    }
  | { readonly type: 'rows'; readonly splice: Splice<LogRow> }
  | {
      readonly type: 'state';
      readonly isLoading: boolean;
      readonly isStopped: boolean;
      readonly hasMore: boolean;
      readonly revset: string;
      readonly paths: readonly string[];
      readonly error?: SearchError;
    }
  | { readonly type: 'details'; readonly details: Details }
  | { readonly type: 'reveal'; readonly node: string }
  | { readonly type: 'focusSearch' };

/** From the page to the extension. */
export type FromPage =
  /** It can be told everything now. */
  | { readonly type: 'ready' }
  | { readonly type: 'more' }
  | { readonly type: 'search'; readonly revset: string }
  | { readonly type: 'searchWords'; readonly words: string }
  /** Files and folders are not to limit the log any more. */
  | { readonly type: 'allPaths' }
  /** What is being loaded takes too long. */
  | { readonly type: 'stop' }
  /** What was stopped is wanted after all. */
  | { readonly type: 'again' }
  | { readonly type: 'select'; readonly node: string }
  | { readonly type: 'open'; readonly node: string };

const NODE = /^[0-9a-f]{40}$/u;
/** A revision set that is longer was not typed. */
const LONGEST_SEARCH = 10_000;

export function isNode(value: unknown): value is string {
  return typeof value === 'string' && NODE.test(value);
}

/** The message, if it is one that the page may send. */
export function fromPage(message: unknown): FromPage | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { type, revset, words, node } = message as Record<string, unknown>;
  const isText = (text: unknown): text is string => typeof text === 'string' && text.length <= LONGEST_SEARCH;
  switch (type) {
    case 'ready':
    case 'more':
    case 'allPaths':
    case 'stop':
    case 'again':
      return { type };
    case 'search':
      return isText(revset) ? { type, revset } : undefined;
    case 'searchWords':
      return isText(words) ? { type, words } : undefined;
    case 'select':
    case 'open':
      return isNode(node) ? { type, node } : undefined;
    default:
      return undefined;
  }
}

const TO_PAGE: ReadonlySet<unknown> = new Set<ToPage['type']>([
  'begin',
  'rows',
  'state',
  'details',
  'reveal',
  'focusSearch',
]);

/** Whether a message that reached the page is the extension's. Its shape is then the type's: both are built from here. */
export function isToPage(message: unknown): message is ToPage {
  return typeof message === 'object' && message !== null && 'type' in message && TO_PAGE.has(message.type);
}
