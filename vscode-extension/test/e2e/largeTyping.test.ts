// Typing in a long file, with annotations, without them, and without hgls. How long keys took to be seen, and how much work
// they made in the process of extensions, is printed; what is asserted is that the annotations are right. Suites that are
// only there to be compared with run where measuring is asked for.
import { extensionHost, hglsServer } from '../workbench/processes';
import { ADA } from '../workbench/repository';
import { suite, type Place, type Surroundings } from '../workbench/suite';
import { until } from '../workbench/wait';
import { decorated } from './annotated';
import { spread } from './figures';

/** The keys that are pressed, several times where they are measured. */
const KEYS = 'the quick brown fox jumps over the lazy dog and goes on ';
const TIMES = 4;
const LINES = 50_000;

const place: Place = {
  make: repository => {
    repository.write('long.txt', Array.from({ length: LINES }, (_, line) => `line ${line + 1}\n`).join(''));
    repository.commit('A long file', ADA);
  },
  settings: { 'git.enabled': false, 'hgls.annotate.statusBar': 'on', 'hgls.quickDiff.mode': 'on' },
};

suite('typing in 50,000 lines', { place }, test => {
  test('keeps the annotations of the file right', async surroundings => {
    const { workbench } = surroundings;
    await workbench.open('long.txt');
    await workbench.run('hgls: Toggle File Annotation');
    await decorated(workbench, /^ Ada Lovelace/);
    await workbench.goToLine(25_000);
    await decorated(workbench, /• A long file/);
    await measure(surroundings, 'with the annotation of the file, of the line and marks');
    await decorated(workbench, /^Not committed yet/);
    await workbench.goToLine(25_001);
    await decorated(workbench, /• A long file/);
  });

  test('is as right with the line alone annotated', async surroundings => {
    const { workbench } = surroundings;
    await workbench.run('hgls: Toggle File Annotation');
    await until('an empty gutter', async () => (await workbench.decorations()).length === 1);
    await measure(surroundings, 'with the annotation of the line and marks');
    await decorated(workbench, /^Not committed yet/);
  });
});

suite(
  'typing in 50,000 lines without annotations',
  {
    ...place,
    measures: true,
    settings: { ...place.settings, 'hgls.annotate.currentLine': 'off', 'hgls.annotate.statusBar': 'off' },
  },
  test => {
    test('is what annotations are to be compared with', async surroundings => {
      const { workbench } = surroundings;
      await workbench.open('long.txt');
      await workbench.goToLine(25_000);
      await measure(surroundings, 'with marks and no annotations');
      await workbench.editor.locator('.dirty-diff-modified').first().waitFor();
    });
  },
);

suite('typing in 50,000 lines without hgls', { ...place, measures: true, extension: 'none' }, test => {
  test('is what to compare with', async surroundings => {
    const { workbench } = surroundings;
    await workbench.open('long.txt');
    await workbench.goToLine(25_000);
    await measure(surroundings, 'without hgls');
  });
});

/** Types, and prints how long it took from each key to the frame that showed it, and what it cost. */
async function measure({ workbench, processes, figure, measures }: Surroundings, how: string): Promise<void> {
  const { page, editor } = workbench;
  await page.evaluate(() => {
    const times: number[] = [];
    const { hglsTimes } = globalThis as { hglsTimes?: number[] };
    Object.assign(globalThis, { hglsTimes: times });
    if (hglsTimes) return;
    document.addEventListener(
      'keydown',
      event => {
        requestAnimationFrame(() =>
          setTimeout(() =>
            (globalThis as unknown as { hglsTimes: number[] }).hglsTimes.push(performance.now() - event.timeStamp),
          ),
        );
      },
      true,
    );
  });
  const times = (): Promise<number[]> =>
    page.evaluate(() => (globalThis as unknown as { hglsTimes: number[] }).hglsTimes);
  await workbench.focusEditor();
  const before = processes();
  const keys = KEYS.repeat(measures ? TIMES : 1).split('');
  for (const [index, key] of keys.entries()) {
    await page.keyboard.press(key === ' ' ? 'Space' : key);
    await until('the key to be shown', async () => (await times()).length > index);
  }
  const after = processes();
  await editor
    .locator('.view-line', { hasText: KEYS.trimEnd().replaceAll(' ', '\u00a0') })
    .first()
    .waitFor();
  const spent = (find: typeof extensionHost): string => {
    const [from, to] = [find(before)?.cpu, find(after)?.cpu];
    return from === undefined || to === undefined ? 'none' : `${((to - from) / keys.length).toFixed(1)} ms`;
  };
  figure(
    `typing ${keys.length} keys in ${LINES} lines ${how}: to the frame ${spread(await times())}; processor time for each ` +
      `key: extension host ${spent(extensionHost)}, server ${spent(hglsServer)}`,
  );
}
