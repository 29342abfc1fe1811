// What a repository says, made fit to be shown as a line of plain text. Knows neither VS Code nor the protocol.
//
// Messages, names and paths are data that anybody may have written: control characters would break a line, and those that
// turn the direction of writing would let a text pass for another.

// Control characters, and the embeddings, overrides and isolates of writing directions.
// eslint-disable-next-line no-control-regex -- these are the ones to be taken out
const UNFIT = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/gu;

/** The text without characters that show as something else than themselves. Line feeds and tabs stay. */
export function harmless(text: string): string {
  return text.replace(/\r\n?/gu, '\n').replace(UNFIT, '');
}

/** The text as one line. */
export function oneLine(text: string): string {
  return harmless(text).replace(/\s+/gu, ' ').trim();
}

/** The first line of a message. */
export function subject(message: string): string {
  return oneLine(harmless(message).trimStart().split('\n', 1)[0] ?? '');
}

/** At most so many characters, the last of them an ellipsis where some are missing. */
export function cut(text: string, most: number): string {
  const characters = Array.from(text);
  if (characters.length <= most) {
    return text;
  }
  return most <= 0
    ? ''
    : `${characters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`;
}

/** The name in `Name <mail>`; all of it where there is no name. */
export function personName(user: string): string {
  const name = oneLine(user.split('<', 1)[0] ?? '');
  return name === '' ? oneLine(user) : name;
}

/** The mail in `Name <mail>`; nothing where there is none. */
export function personMail(user: string): string {
  return oneLine(/<([^<>]*)>/u.exec(user)?.[1] ?? '');
}

/** The digits of a node that are shown. Mercurial shows twelve. */
export function shortNode(node: string): string {
  return node.slice(0, 12);
}

/** `12:5b2c80b027ce`: the number and the node, as Mercurial names a changeset. */
export function changesetName({ rev, node }: { readonly rev: number; readonly node: string }): string {
  return `${String(rev)}:${shortNode(node)}`;
}

/** Scripts and signs that take two columns of a fixed font. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
const COMBINING = /^\p{M}$/u;

/** How many columns the text takes in a fixed font, about. */
export function columns(text: string): number {
  return Array.from(text).reduce((sum, one) => sum + (COMBINING.test(one) ? 0 : WIDE.test(one) ? 2 : 1), 0);
}

/** Exactly so many columns: cut, or filled up with blanks. */
export function fit(text: string, width: number): string {
  let fitting = text;
  for (
    const rest = Array.from(text);
    rest.length > 0 && columns(fitting) > width;
    fitting = `${rest.join('').trimEnd()}…`
  ) {
    rest.pop();
  }
  return fitting + ' '.repeat(Math.max(0, width - columns(fitting)));
}

/** The text where `$(name)` would be an icon: in the status bar, and in lists to choose from. */
export function iconless(text: string): string {
  return text.replace(/\$\(/gu, '$\u200b(');
}

/** The text where `[text](address)` would be a link, which may run commands: in notifications. */
export function linkless(text: string): string {
  return text.replace(/\]\(/gu, ']\u200b(');
}
