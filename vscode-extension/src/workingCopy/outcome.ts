// What to tell the user of files that were changed: what was refused, and what is kept of what was overwritten. Pure.
import type { EditedFile, Warning } from '../protocol/types';

export interface Outcome {
  /** What was done to how many files; the others were skipped. */
  readonly done: number;
  readonly refused: readonly string[];
  readonly remarks: readonly string[];
  /** Those that have a backup of what they held. */
  readonly kept: readonly EditedFile[];
}

export function outcome(files: readonly EditedFile[], warnings: readonly Warning[]): Outcome {
  return {
    // One to which several things were done is one.
    done: new Set(files.filter(({ action }) => action !== 'skipped').map(({ uri }) => uri)).size,
    refused: warnings.filter(warning => warning.refused).map(warning => warning.message),
    remarks: warnings.filter(warning => !warning.refused).map(warning => warning.message),
    kept: files.filter(({ backup }) => backup !== undefined),
  };
}

/** So many lines of a list as a message can hold, and how many more there are. */
export function shortList(lines: readonly string[], limit = 4): { readonly text: string; readonly more: number } {
  return { text: lines.slice(0, limit).join('; '), more: Math.max(0, lines.length - limit) };
}
