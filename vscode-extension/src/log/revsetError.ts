// Where in a revision set a mistake is. Knows the wording of the server's messages, and neither VS Code nor documents.

/** What was wrong with a search. */
export interface SearchError {
  readonly message: string;
  readonly hint?: string;
  /** The index in the text, in JavaScript's units, where the mistake is; at most its length. */
  readonly at?: number;
}

/**
 * Reads the place from a message like `parse error at 11: …`. The server counts bytes of UTF-8. Its hint may be the expression
 * with a mark below the place: where the place is known it says nothing more, and is left out.
 */
export function searchError(revset: string, message: string, hint: string | undefined): SearchError {
  const place = /^parse error at (\d{1,9}):/u.exec(message)?.[1];
  const at = place === undefined ? undefined : indexOfByte(revset, Number(place));
  const isExcerpt = at !== undefined && hint?.endsWith('^ here') === true;
  return {
    message,
    ...(hint === undefined || isExcerpt ? {} : { hint }),
    ...(at === undefined ? {} : { at }),
  };
}

/** A search for words, as a revision set: in messages, names of users and of files. */
export function keywordSearch(words: string): string {
  const escaped = words.trim().replace(/[\\"]/gu, '\\$&');
  return `keyword("${escaped}")`;
}

function indexOfByte(text: string, byte: number): number {
  let bytes = 0;
  let index = 0;
  for (const character of text) {
    if (bytes >= byte) {
      break;
    }
    bytes += utf8Length(character.codePointAt(0) ?? 0);
    index += character.length;
  }
  return index;
}

function utf8Length(point: number): number {
  if (point < 0x80) {
    return 1;
  }
  if (point < 0x800) {
    return 2;
  }
  return point < 0x1_0000 ? 3 : 4;
}
