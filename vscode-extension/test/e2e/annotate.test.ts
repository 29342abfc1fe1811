// Who made a line: behind the current line, beside a whole file, and while the text is not saved.
import { suite } from '../workbench/suite';
import { until } from '../workbench/wait';
import { GREETER } from './history';

suite('annotate', { place: GREETER, git: 'both', floor: true }, test => {
  test('says who made the current line', async ({ workbench }) => {
    await workbench.open('src/greet.rs');
    await workbench.goToLine(2);
    await until('the annotation', async () =>
      (await workbench.decorations()).some(text => /Grace Hopper.*The greeting is for the whole world/.test(text)),
    );
  });

  test('follows the lines in text that is not saved', async ({ workbench }) => {
    await workbench.goToLine(1);
    await workbench.type('// New.\n');
    await workbench.goToLine(3);
    await until('the annotation of the moved line', async () =>
      (await workbench.decorations()).some(text => text.includes('Grace Hopper')),
    );
    await workbench.goToLine(1);
    await until('no annotation of a new line', async () =>
      (await workbench.decorations()).every(text => !/Grace Hopper|Ada Lovelace|Alan Turing/.test(text)),
    );
    await workbench.revertFile();
  });

  test('says who made each line of a file', async ({ workbench }) => {
    await workbench.run('hgls: Toggle File Annotation');
    for (const name of ['Ada', 'Grace', 'Alan']) {
      await until(`lines of ${name}`, async () => (await workbench.decorations()).some(text => text.includes(name)));
    }
  });
});
