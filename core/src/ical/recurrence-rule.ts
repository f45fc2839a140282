import { NotReadable } from './set-aside.ts';

/** A recurrence rule (RFC 5545, 3.3.10) that can be expanded in bounded time. */
export interface RecurrenceRule {
  /** As it stands, without its UNTIL, which may be in another zone than the rule, and without what goes without saying. */
  readonly text: string;
  readonly until: string | undefined;
  readonly count: number | undefined;
  /** The least number of milliseconds from one of its periods to the next. */
  readonly period: number;
  /** In how many ways its BY lists combine. */
  readonly combinations: number;
  /** Of the kinds that every calendar program writes; they are expanded quickly, and no period of them is left out. */
  readonly plain: boolean;
  /** Its years and months are those of another calendar, or days that a month does not have are moved (RFC 7529). */
  readonly foreign: boolean;
}

type Parts = ReadonlyMap<string, string>;

/** Nothing that is booked recurs more often. */
const MOST_A_DAY = 24;
/** The product of all BY lists; 366 days of the year are plenty. */
const MOST_COMBINATIONS = 1_000;
const DAY = 86_400_000;
const PERIODS = new Map([
  ['HOURLY', DAY / 24],
  ['DAILY', DAY],
  ['WEEKLY', 7 * DAY],
  ['MONTHLY', 28 * DAY],
  ['YEARLY', 365 * DAY],
]);
/** The BY parts that plain rules have, by frequency. */
const PLAIN = new Map([
  ['WEEKLY', /^(BYDAY)?$/],
  ['MONTHLY', /^(BYDAY|BYMONTHDAY)?$/],
  ['YEARLY', /^(BYMONTH|BYDAY,BYMONTH|BYMONTH,BYMONTHDAY)?$/],
]);

/** Calendars that rrule-temporal knows beside the Gregorian one; it takes any other for that. */
const FOREIGN = ['CHINESE', 'HEBREW', 'INDIAN'];

/** @throws NotReadable for what is no rule, one that recurs too often, and one with too much to look through. */
export function readRule(value: string): RecurrenceRule {
  const parts = partsOf(value);
  const frequency = parts.get('FREQ') ?? '';
  if (frequency === 'MINUTELY' || frequency === 'SECONDLY') throw new NotReadable('rule-too-frequent');
  const period = PERIODS.get(frequency);
  const interval = wholeNumber(parts.get('INTERVAL') ?? '1');
  const count = parts.get('COUNT');
  if (period === undefined || interval === 0) throw new NotReadable('bad-rule');
  const combinations = combinationsOf(parts, frequency);
  const foreign = isForeign(parts);
  const left = foreign ? ['UNTIL'] : ['UNTIL', 'RSCALE', 'SKIP'];
  const text = [...parts].filter(([name]) => !left.includes(name)).map((part) => part.join('='));
  return {
    text: text.join(';'),
    until: parts.get('UNTIL'),
    count: count === undefined ? undefined : wholeNumber(count),
    period: period * interval,
    combinations,
    plain: !foreign && isPlain(parts, frequency),
    foreign,
  };
}

/** In any order; of a part that is repeated, the last. */
function partsOf(value: string): Parts {
  const parts = value.split(';').map((part): [string, string] => {
    const [name = '', list = ''] = part.split('=', 2);
    return [name.trim().toUpperCase(), list.trim().toUpperCase()];
  });
  return new Map(parts.filter(([name, list]) => name !== '' && list !== ''));
}

/** A list of hours times one of minutes times one of seconds can keep rrule-temporal busy for many seconds. */
function combinationsOf(parts: Parts, frequency: string): number {
  const lengthOf = (name: string) => parts.get(name)?.split(',').length ?? 1;
  const hours = frequency === 'HOURLY' && !parts.has('BYHOUR') ? 24 : lengthOf('BYHOUR');
  if (hours * lengthOf('BYMINUTE') * lengthOf('BYSECOND') > MOST_A_DAY) throw new NotReadable('rule-too-frequent');
  const combinations = limitsOf(parts).reduce((product, name) => product * lengthOf(name), 1);
  if (combinations > MOST_COMBINATIONS) throw new NotReadable('rule-too-frequent');
  // RFC 5545, 3.3.10. rrule-temporal would look for such a week in ten thousand months.
  if (parts.has('BYWEEKNO') && frequency !== 'YEARLY') throw new NotReadable('bad-rule');
  // No two programs agree on what both together mean, and each match takes rrule-temporal a tenth of a second to find.
  if (parts.has('BYWEEKNO') && parts.has('BYYEARDAY')) throw new NotReadable('bad-rule');
  return combinations;
}

/** @throws NotReadable for a calendar nobody knows. */
function isForeign(parts: Parts): boolean {
  const calendar = parts.get('RSCALE');
  if (calendar === undefined && parts.has('SKIP')) throw new NotReadable('bad-rule');
  if (calendar === undefined || calendar === 'GREGORIAN') return (parts.get('SKIP') ?? 'OMIT') !== 'OMIT';
  if (!FOREIGN.includes(calendar)) throw new NotReadable('bad-rule');
  return true;
}

/** A week has each of its days once; a rule that counts them all the same takes rrule-temporal ten times as long. */
function isPlain(parts: Parts, frequency: string): boolean {
  if (frequency === 'WEEKLY' && /\d/.test(parts.get('BYDAY') ?? '')) return false;
  return (PLAIN.get(frequency) ?? /^$/).test(limitsOf(parts).sort().join(','));
}

function limitsOf(parts: Parts): string[] {
  return [...parts.keys()].filter((name) => name.startsWith('BY'));
}

/** @throws NotReadable */
function wholeNumber(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new NotReadable('bad-rule');
  return Number(value);
}
