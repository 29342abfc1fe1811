// The repository of the pictures: a small program that six people wrote in three years, with branches, merges, tags and a file
// of many ages under two names. Its dates count from now, for what is shown of them does.
import assert from 'node:assert/strict';

import type { Author, TestRepository } from '../workbench/repository';
import { forecast, report } from './projectFiles';

export const PROJECT = 'tidewatch';

const [INES, TOM, PRIYA, JONAS, MEI, SAMUEL] = [
  'Ines Caldeira',
  'Tom Whitfield',
  'Priya Raman',
  'Jonas Ekström',
  'Mei Tanaka',
  'Samuel Okafor',
].map(name => ({ name, email: `${name.split(' ', 1)[0]?.toLowerCase()}@example.org` })) as [
  Author,
  Author,
  Author,
  Author,
  Author,
  Author,
];

/** What a step of the history does to files: the text is added at their end, but for those that are told line by line. */
interface Files {
  readonly forecast?: number;
  readonly report?: number;
  readonly add?: Readonly<Record<string, string>>;
}

export const FORECAST = 'src/forecast.rs';
export const EARLIER = 'src/tides.rs';
export const REPORT = 'src/report.rs';
const DAY = 24 * 3600;

/** Someone who writes the history of a repository. */
class Writer {
  readonly #now = Math.floor(Date.now() / 1000);
  readonly #repository: TestRepository;
  readonly #texts = new Map<string, string>();

  constructor(repository: TestRepository) {
    this.#repository = repository;
  }

  commit(days: number, author: Author, message: string, { forecast: nth, report: other, add = {} }: Files): void {
    if (nth !== undefined) this.#repository.write(nth < 3 ? EARLIER : FORECAST, forecast(nth));
    if (other !== undefined) this.#repository.write(REPORT, report(other));
    for (const [file, text] of Object.entries(add)) {
      const longer = `${this.#texts.get(file) ?? ''}${text}\n`;
      this.#texts.set(file, longer);
      this.#repository.write(file, longer);
    }
    this.#repository.commit(message, author, this.#ago(days));
  }

  /** Begins a branch, or goes on with it. */
  on(branch: string): void {
    const isKnown = this.#repository.git('branch', '--list', branch) !== '';
    this.#repository.git('checkout', '--quiet', ...(isKnown ? [] : ['-b']), branch);
  }

  merge(days: number, author: Author, branch: string, message: string): void {
    this.#repository.merge(branch, message, author, this.#ago(days));
    this.#repository.git('branch', '--quiet', '--delete', branch);
  }

  tag(name: string): void {
    this.#repository.git('tag', name);
  }

  #ago(days: number): number {
    return this.#now - Math.round(days * DAY);
  }
}

/** Makes it. What is public ends three changesets below the newest one. */
export function makeProject(repository: TestRepository): void {
  const writer = new Writer(repository);
  writer.commit(1090, INES, 'Print the tides of one station', {
    forecast: 1,
    add: {
      '.gitignore': '/target',
      'Cargo.toml': '[package]\nname = "tidewatch"\nedition = "2024"',
      'README.md': '# tidewatch\n\nHigh and low water on the command line.',
      'src/main.rs': 'mod station;\nmod tides;\n\nfn main() {}',
      'src/station.rs': '//! A place with a tide gauge.',
    },
  });
  writer.commit(1002, TOM, 'Take the phase of each constituent into account', { forecast: 2 });
  writer.commit(951, INES, 'Read stations from a table', { add: { 'data/stations.csv': 'Aveiro,1.99' } });
  writer.tag('0.1');
  repository.git('mv', EARLIER, FORECAST);
  writer.commit(763, PRIYA, 'Rename tides to forecast', { forecast: 3 });
  writer.commit(688, TOM, 'A table of the turns of a day', { report: 1 });
  writer.commit(560, JONAS, 'Heights are metres above chart datum\n\nFeet are gone.', {
    forecast: 4,
    add: { 'src/units.rs': '//! Metres and hours.' },
  });
  writer.tag('0.2');
  writer.on('turns');
  writer.commit(338, MEI, 'Look for turns every quarter of an hour', { forecast: 5 });
  writer.on('main');
  writer.commit(336, JONAS, 'The table says how high the water is', { report: 2 });
  writer.merge(331, PRIYA, 'turns', 'Merge turns: they are found between samples');
  writer.commit(243, SAMUEL, 'Stations without constituents have no turns', { forecast: 6 });
  writer.commit(231, PRIYA, 'Say what a station is', { add: { 'docs/stations.md': '# Stations' } });
  writer.tag('0.3');
  writer.on('json');
  writer.commit(168, JONAS, 'Write JSON when asked to', { add: { 'src/json.rs': '//! JSON.' } });
  writer.on('main');
  writer.commit(
    155,
    PRIYA,
    'Low pressure lets the water rise\n\nA hectopascal is a centimetre, by rule of thumb. The pressure is that of the\n' +
      'station; stations without a barometer are forecast as before.\n\nMeasured in Aveiro from January to March: the error ' +
      'falls from 21 cm to 9 cm.',
    { forecast: 7, add: { 'src/station.rs': '/// The pressure now, if it is known.' } },
  );
  writer.on('json');
  writer.commit(149, JONAS, 'JSON has units beside its numbers', { add: { 'src/json.rs': '/// Units.' } });
  writer.on('main');
  writer.merge(140, INES, 'json', 'Merge json: for programs that read the forecast');
  writer.on('nodal');
  writer.commit(84, TOM, 'Correct amplitudes for the nodal cycle', { forecast: 8 });
  writer.on('main');
  writer.on('cache');
  writer.commit(80, SAMUEL, 'Keep what was fetched for an hour', { add: { 'src/cache.rs': '//! Keeps answers.' } });
  writer.on('main');
  writer.commit(78, MEI, 'Explain chart datum', { add: { 'docs/units.md': '# Units' } });
  writer.on('cache');
  writer.commit(75, SAMUEL, 'Throw away what is older', { add: { 'src/cache.rs': '/// Ages.' } });
  writer.on('main');
  writer.merge(71, INES, 'nodal', 'Merge nodal: amplitudes follow the moon');
  writer.commit(66, PRIYA, 'Test against the almanac of last year', { add: { 'tests/almanac.rs': '//! Almanac.' } });
  writer.merge(58, TOM, 'cache', 'Merge cache');
  writer.tag('1.0');
  writer.on('ascii-chart');
  writer.commit(41, JONAS, 'Draw the day as a curve of letters', { add: { 'src/chart.rs': '//! Charts.' } });
  writer.on('main');
  writer.commit(38, MEI, 'More stations: Faro, Leixões, Viana', { add: { 'data/stations.csv': 'Faro,2.01' } });
  writer.on('clocks');
  writer.commit(27, INES, 'A day may have 23 or 25 hours', { forecast: 9 });
  writer.on('ascii-chart');
  writer.commit(24, JONAS, 'The curve fits narrow windows', { add: { 'src/chart.rs': '/// Width.' } });
  writer.on('main');
  writer.commit(21, SAMUEL, 'Say which station is not known', { add: { 'src/main.rs': '// Errors.' } });
  writer.merge(
    16,
    PRIYA,
    'clocks',
    'Merge clocks: the day that they change is right\n\nIn March the last turn of the day was missing, in October it came twice.',
  );
  writer.tag('1.1');
  writer.commit(9, TOM, 'Answer in the language of the user', { add: { 'src/words.rs': '//! Words.' } });
  repository.git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  repository.git('config', 'remote.origin.url', 'https://git.example.org/tidewatch');
  writer.on('wind');
  writer.commit(6, SAMUEL, 'Wind from the sea piles the water up', { add: { 'src/wind.rs': '//! Wind.' } });
  writer.on('main');
  writer.commit(3, MEI, 'Warn where the water is too shallow for the draught', { forecast: 10 });
  writer.on('wind');
  writer.commit(2, SAMUEL, 'Gusts do not count', { add: { 'src/wind.rs': '/// Means of ten minutes.' } });
  writer.on('main');
  writer.commit(0.9, MEI, 'Say in the README what a draught is', { add: { 'README.md': '\nA draught is…' } });
}

/** Changes that are not committed: a file with three of them, another one with one, a new one, and one that is gone. */
export function changeProject(repository: TestRepository): void {
  repository.write(REPORT, report(3).replace('{:.1} m', '{:.2} m'));
  repository.write('docs/units.md', '# Units\n\nHeights are metres above chart datum.\n');
  repository.write('src/moon.rs', '//! Where the moon is.\n');
  repository.git('rm', '--quiet', 'docs/stations.md');
}

/** A merge of `wind` that is not finished, for both sides changed what surge adds. */
export function makeProjectConflicts(repository: TestRepository): void {
  const change = (author: Author, message: string, from: string, to: string): void => {
    repository.write(FORECAST, repository.read(FORECAST).replace(from, to));
    repository.commit(message, author, Math.floor(Date.now() / 1000) - DAY);
  };
  const sum = 'sum += surge(station.pressure);';
  repository.git('checkout', '--quiet', 'wind');
  change(SAMUEL, 'Wind is a part of the surge', sum, 'sum += surge(station.pressure) + station.wind.setup();');
  repository.git('checkout', '--quiet', 'main');
  change(INES, 'The surge of a day is known before', sum, 'sum += station.surge_at(at);');
  assert.throws(() => repository.git('merge', '--quiet', 'wind'), /CONFLICT|exit|failed/iu);
}
