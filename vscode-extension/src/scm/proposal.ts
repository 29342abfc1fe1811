// What the commit box begins with: the message that git has ready for a merge and the like, or the template. What the user
// has typed stays. Knows nothing of commits.
import type * as vscode from 'vscode';

import { asHglsError, isCancelled } from '../protocol/errors';
import type { Repository } from '../repositories/repository';
import { begun } from './messages';

export class Proposal {
  /** What was put into the box last. */
  #proposed = '';
  #isTemplate = false;
  /** Counts the questions: only the answer to the last one counts. */
  #asked = 0;

  constructor(
    private readonly repository: Repository,
    private readonly box: vscode.SourceControlInputBox,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Whether a text is the template as it came, which says nothing yet. */
  isUntouched(text: string): boolean {
    return this.#isTemplate && text.trim() === this.#proposed.trim();
  }

  /** Asks anew what there is to begin with. */
  async refresh(): Promise<void> {
    const asked = ++this.#asked;
    try {
      const { message, source } = await this.repository.request('hg/commitMessage', {});
      if (asked !== this.#asked) return;
      // A file ends in a line feed; in the box it would be an empty line.
      const text = message.replace(/\n+$/u, '');
      this.box.value = begun(this.box.value, this.#proposed, text);
      this.#proposed = text;
      this.#isTemplate = source === 'template';
    } catch (error) {
      // Without a proposal the box is as it was; a template that is not there is for the log.
      if (!isCancelled(error)) this.log.warn(`${this.repository.name}: ${asHglsError(error).message}`);
    }
  }
}
