// Who made a line: behind the line, in the status bar, in the gutter and in hovers; on text that is not saved; before a
// change; and read aloud.
import assert from 'node:assert/strict';

import { inTime, STEP } from '../workbench/attempt';
import { ADA, ALAN, GRACE } from '../workbench/repository';
import { suite } from '../workbench/suite';
import { until } from '../workbench/wait';
import { decorated, shownHover, stripes } from './annotated';

/** A message that tries to be more than text. */
const HOSTILE = 'Add **bold** [click](command:workbench.action.quit) <b>tag</b>\n\nhttps://example.org $(zap) ![x](y)';

suite(
  'annotations',
  {
    make: repository => {
      repository.write('alpha.txt', 'one\ntwo\nthree\n');
      repository.write('letters/old.txt', 'a\nb\nc\nd\ne\nf\n');
      repository.commit('The first letters', ADA);
      repository.write('alpha.txt', 'one\n2\nthree\n');
      repository.commit('Two is a number', GRACE);
      repository.git('mv', 'letters/old.txt', 'letters/new.txt');
      repository.write('letters/new.txt', 'a\nb\nnew\nC\nd\ne\nf\n');
      repository.commit('Rename the letters', ALAN);
      repository.write('alpha.txt', 'one\n2\nthree\nfour\n');
      repository.commit(HOSTILE, GRACE);
      repository.write('indented.txt', 'first\nsecond\n');
      repository.commit('Write it', ADA);
      repository.write('indented.txt', 'first\n    second\n');
      const formatting = repository.commit('Indent it', ALAN);
      repository.write('.git-blame-ignore-revs', `${formatting}\n`);
      repository.write('long.txt', Array.from({ length: 50_000 }, (_, line) => `line ${line + 1}\n`).join(''));
      repository.commit('A long file', ADA);
    },
    settings: { 'hgls.annotate.statusBar': 'on' },
  },
  test => {
    test('says behind the current line who made it, and in the status bar', async ({ workbench }) => {
      await workbench.open('alpha.txt');
      await workbench.goToLine(2);
      await decorated(workbench, /^Grace Hopper, .+ • Two is a number$/);
      await workbench.statusBar.locator('.statusbar-item', { hasText: 'Grace Hopper, ' }).waitFor();
      await workbench.goToLine(3);
      await decorated(workbench, /^Ada Lovelace, .+ • The first letters$/);
    });

    test('is right on text that is not saved', async surroundings => {
      const { workbench } = surroundings;
      await workbench.goToLine(2);
      await workbench.type('zero\n');
      await decorated(workbench, /^Grace Hopper, .+ • Two is a number$/);
      await workbench.goToLine(2);
      await decorated(workbench, /^Not committed yet$/);
      await surroundings.picture('annotate not committed');
      await workbench.revertFile();
      await decorated(workbench, /^Grace Hopper, .+ • Two is a number$/);
    });

    test('follows a commit that git makes', async surroundings => {
      const { workbench, repository } = surroundings;
      await workbench.goToLine(1);
      await workbench.type('zero\n');
      await workbench.save();
      await workbench.goToLine(1);
      await decorated(workbench, /^Not committed yet$/);
      repository.commit('Begin with zero', ALAN);
      await decorated(workbench, /^Alan Turing, .+ • Begin with zero$/);
    });

    test('annotates a whole file in the gutter, by age', async ({ workbench }) => {
      await workbench.goToLine(3);
      await workbench.run('hgls: Toggle File Annotation');
      await decorated(workbench, /^ Ada Lovelace +\S.* ago$|^ Ada Lovelace +last year$/);
      await decorated(workbench, /^ Alan Turing +\S/);
      await until('a stripe', async () => (await stripes(workbench)).length > 0);
    });

    test('keeps the gutter right on text that is not saved', async surroundings => {
      const { workbench } = surroundings;
      await workbench.type('half\n');
      await decorated(workbench, /^ Not committed yet +$/);
      await surroundings.picture('annotate gutter not committed');
      await workbench.revertFile();
      await until('the end of that', async () =>
        (await workbench.decorations()).every(text => !text.includes('Not committed')),
      );
    });

    test('shows a hostile message as what it is', async ({ workbench }) => {
      await workbench.goToLine(5);
      await decorated(workbench, /^Grace Hopper, .+ • Add \*\*bold\*\* \[click\]/);
      const hover = await shownHover(workbench, 'Grace Hopper');
      const text = await hover.innerText();
      for (const part of ['Add **bold** [click](command:workbench.action.quit) <b>tag</b>', '$(zap) ![x](y)']) {
        assert.ok(text.includes(part), text);
      }
      assert.equal(await hover.locator('img').count(), 0);
      const links = await hover
        .locator('a')
        .evaluateAll(elements => elements.map(element => element.textContent.trim()));
      assert.deepEqual(links, ['Open Changeset', 'Diff with Parent', 'Annotate Before This Change', 'Copy Node']);
    });

    test('opens the changeset of a hover', async ({ workbench }) => {
      await until('the changeset', async () => {
        const hover = await shownHover(workbench, 'Grace Hopper');
        return inTime(async () => {
          await hover.locator('a', { hasText: 'Open Changeset' }).click({ timeout: STEP });
          await workbench.tab('Add **bold**').waitFor({ timeout: STEP });
        });
      });
      await workbench.page.locator('.multiDiffEntry').first().waitFor();
    });

    test('takes the gutter away again', async ({ workbench }) => {
      await workbench.open('alpha.txt');
      await decorated(workbench, /^ Alan Turing +\S/);
      await workbench.run('hgls: Toggle File Annotation');
      await until('an empty gutter', async () => (await stripes(workbench)).length === 0);
    });

    test('annotates before a change, under the name that the file had', async ({ workbench }) => {
      await workbench.open('new.txt');
      await workbench.goToLine(4);
      await decorated(workbench, /^Alan Turing, .+ • Rename the letters$/);
      await workbench.run('hgls: Annotate Before This Change');
      await workbench.tab('old.txt').waitFor();
      await decorated(workbench, /^ Ada Lovelace +\S/);
      await decorated(workbench, /^Ada Lovelace, .+ • The first letters$/);
      await workbench.statusBar.getByText('Ln 3, Col 1').waitFor();
    });

    test('says that nothing is before the change that added a file', async ({ workbench }) => {
      await workbench.run('hgls: Annotate Before This Change');
      await workbench.notifications.told('added this file: there is nothing before');
      await workbench.notifications.clear();
    });

    test('reads the line aloud', async ({ workbench }) => {
      await workbench.open('alpha.txt');
      await workbench.goToLine(3);
      await decorated(workbench, /Two is a number/);
      await workbench.run("hgls: Read the Current Line's Annotation Aloud");
      const said = await workbench.notifications.told('Two is a number');
      assert.match(await said.innerText(), /Line 3: Grace Hopper, .+: Two is a number\. Changeset 1:[0-9a-f]{12}\./);
      await workbench.notifications.clear();
    });

    test('ignores white space when it is told to', async ({ workbench }) => {
      await workbench.open('indented.txt');
      await workbench.goToLine(2);
      await decorated(workbench, /Indent it/);
      await workbench.run('hgls: Toggle: Ignore White Space in Annotations');
      await decorated(workbench, /Write it/);
      await workbench.run('hgls: Toggle: Ignore White Space in Annotations');
      await decorated(workbench, /Indent it/);
    });

    test('looks through the changesets that git ignores, until it is told not to', async ({
      workbench,
      repository,
    }) => {
      repository.git('config', 'blame.ignoreRevsFile', '.git-blame-ignore-revs');
      // It is there for a moment only, so it is waited for before it comes.
      const told = workbench.statusBar.getByText('Annotations name the changesets').waitFor();
      await workbench.run('hgls: Toggle: Look Through Changesets of the Ignore-Revs File');
      await told;
      await decorated(workbench, /Indent it/);
      await workbench.run('hgls: Toggle: Look Through Changesets of the Ignore-Revs File');
      await decorated(workbench, /Write it/);
    });

    test('annotates a file of 50,000 lines where it is looked at', async ({ workbench }) => {
      await workbench.open('long.txt');
      await workbench.run('hgls: Toggle File Annotation');
      await decorated(workbench, /^ Ada Lovelace +\S/);
      await workbench.goToLine(40_000);
      await decorated(workbench, /^Ada Lovelace, .+ • A long file$/);
      await decorated(workbench, /^ Ada Lovelace +\S/);
    });
  },
);
