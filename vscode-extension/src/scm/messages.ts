// Commit messages on their way between the commit box and a changeset. Pure.

/** The first line, short enough to be read in passing. */
export function subject(message: string, limit = 72): string {
  const line = message.trimStart().split('\n', 1)[0]?.trimEnd() ?? '';
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}

/** What the box holds after a message was given back: what was typed meanwhile is not lost. */
export function givenBack(message: string, box: string): string {
  const typed = box.trim();
  if (!typed || typed === message.trim()) return message;
  return `${message.trimEnd()}\n\n${typed}`;
}

/** What the box holds once there is something else to begin with: what was typed stays. */
export function begun(box: string, before: string, now: string): string {
  return box.trim() === '' || box === before ? now : box;
}

/** What the box holds after its message was committed: what was typed since stays. */
export function afterCommit(committed: string, box: string): string {
  return box === committed ? '' : box;
}
