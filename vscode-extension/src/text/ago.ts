// Moments in words: how long ago, and the date, in a language of the user's. Knows neither VS Code nor the protocol's types
// beyond the shape of a date.
/** Mercurial's date: seconds since 1970 in UTC, and how many seconds west of UTC the clock was. */
export type Moment = readonly [seconds: number, west: number];

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Those of the Gregorian calendar, on average. */
const YEAR = 365.2425 * DAY;
const MONTH = YEAR / 12;

const UNITS: readonly (readonly [from: number, unit: Intl.RelativeTimeFormatUnit, length: number])[] = [
  [YEAR, 'year', YEAR],
  [MONTH, 'month', MONTH],
  // Below two weeks days say more.
  [2 * 7 * DAY, 'week', 7 * DAY],
  [DAY, 'day', DAY],
  [HOUR, 'hour', HOUR],
  [MINUTE, 'minute', MINUTE],
  [0, 'second', 1],
];

/** The date can be shown: JavaScript's calendar ends 100 million days from 1970. */
function isDate(seconds: number): boolean {
  return Math.abs(seconds) <= 8.64e12;
}

/** Formatters by language: one costs more to make than to use a thousand times. */
const relatives = new Map<string, Intl.RelativeTimeFormat>();

function relative(language: string): Intl.RelativeTimeFormat {
  const known = relatives.get(language);
  if (known !== undefined) {
    return known;
  }
  let made: Intl.RelativeTimeFormat;
  try {
    made = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  } catch {
    // The name of the language is the editor's or a setting; a wrong one is no reason to show no dates.
    made = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  }
  relatives.set(language, made);
  return made;
}

/** Now, in seconds since 1970. */
export function now(): number {
  return Date.now() / 1000;
}

/** `3 weeks ago`, `yesterday`, `in 2 days`: whole units, rounded down. `now` is in seconds since 1970. */
export function ago(moment: Moment, now: number, language: string): string {
  const difference = moment[0] - now;
  const size = Math.abs(difference);
  const [, unit, length] = UNITS.find(([from]) => size >= from) ?? ([0, 'second', 1] as const);
  return relative(language).format(Math.sign(difference) * Math.floor(size / length), unit);
}

/** The date and the time of day where and when the author was: `2024-02-29 23:10 +0100`. */
export function timestamp(moment: Moment): string {
  const [seconds, west] = moment;
  if (!isDate(seconds - west)) {
    return String(seconds);
  }
  const local = new Date((seconds - west) * 1000).toISOString();
  const [date = '', time = ''] = local.split('T');
  const minutes = Math.floor(Math.abs(west) / 60);
  const zone = [Math.floor(minutes / 60), minutes % 60].map(part => String(part).padStart(2, '0')).join('');
  return `${date} ${time.slice(0, 5)} ${west > 0 ? '-' : '+'}${zone}`;
}

/** The day where and when the author was: `2024-02-29`. */
export function day(moment: Moment): string {
  return timestamp(moment).split(' ', 1)[0] ?? '';
}
