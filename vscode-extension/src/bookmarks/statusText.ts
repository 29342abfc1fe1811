// What the status bar says of a working copy: its active bookmark, how far its parent has travelled, and what was begun and not
// finished. Knows nothing of VS Code but the names of its icons.
import type { IdentifyResult } from '../protocol/types';
import { changesetName, cut, iconless, oneLine, shortNode } from '../text/plain';

/** The words, in the user's language. */
export interface StatusWords {
  readonly noBookmark: string;
  readonly noCommits: string;
  readonly changed: string;
  readonly bookmark: string;
  readonly parent: string;
  readonly phase: Readonly<Record<IdentifyResult['phase'], string>>;
  readonly tags: string;
  readonly operation: Readonly<Record<NonNullable<IdentifyResult['operation']>, string>>;
}

export interface StatusText {
  readonly text: string;
  /** Lines. */
  readonly tooltip: string;
  /** What is read aloud. */
  readonly spoken: string;
}

/** Longer names are cut: the status bar belongs to everybody. */
const NAME_LENGTH = 40;

export function statusText(repository: string, identity: IdentifyResult, words: StatusWords): StatusText {
  const isUnborn = identity.parents.length === 0;
  const bookmark = identity.activeBookmark === undefined ? undefined : oneLine(identity.activeBookmark);
  const name = bookmark ?? (isUnborn ? words.noCommits : shortNode(identity.node));
  const operation = identity.operation && words.operation[identity.operation];
  const icon = bookmark === undefined ? '$(git-commit)' : '$(bookmark)';
  const shown = iconless(cut(name, NAME_LENGTH));
  const marks = [
    identity.dirty ? '*' : '',
    isUnborn || identity.phase === 'draft' ? '' : ` ${words.phase[identity.phase]}`,
    operation === undefined ? '' : ` (${operation})`,
  ];
  const tags = identity.tags.filter(tag => tag !== 'tip').map(oneLine);
  const lines = [
    oneLine(repository),
    bookmark === undefined ? words.noBookmark : `${words.bookmark}: ${bookmark}`,
    isUnborn ? words.noCommits : `${words.parent}: ${changesetName(identity)} (${words.phase[identity.phase]})`,
    tags.length === 0 ? '' : `${words.tags}: ${tags.join(', ')}`,
    identity.dirty ? words.changed : '',
    operation ?? '',
  ].filter(line => line !== '');
  return { text: `${icon} ${shown}${marks.join('')}`, tooltip: lines.join('\n'), spoken: lines.join(', ') };
}
