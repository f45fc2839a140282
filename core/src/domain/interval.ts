import { InvalidInput } from './errors.ts';

/**
 * A half-open stretch of time: `start` is in it, `end` is not.
 *
 * On timed resources both are UTC instants in the one form `2027-05-01T10:00:00Z`; on nightly resources both are
 * calendar dates (`2027-05-01`), `end` being the check-out day. Within a form, comparing the strings compares the
 * times, so no `Date` is needed and no process time zone can interfere.
 */
export interface Interval {
  readonly start: string;
  readonly end: string;
}

const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const INSTANT = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
const RFC3339 = /^\d{4}-\d\d-\d\d[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
const DAY_MS = 86_400_000;

/** True for a real calendar date in the form `2027-05-01`; 31 February is not one. */
export function isDate(value: string): boolean {
  return DATE.test(value) && toDate(dateToMs(value)) === value;
}

/** True for an instant in the canonical form `2027-05-01T10:00:00Z`. */
export function isInstant(value: string): boolean {
  return INSTANT.test(value) && isDate(value.slice(0, 10));
}

/**
 * Any RFC 3339 date-time in the canonical form: UTC, whole seconds (fractions are cut; calendars keep none).
 * @throws InvalidInput when `value` is not an RFC 3339 date-time with an offset, names no real day, is a leap second,
 * or leaves the years 0000 to 9999 in UTC.
 */
export function toInstant(value: string): string {
  // `Date.parse` alone would take 31 February for 3 March.
  const ms = RFC3339.test(value) && isDate(value.slice(0, 10)) ? Date.parse(value) : Number.NaN;
  const instant = Number.isNaN(ms) ? '' : instantOf(ms);
  // What lies outside of the years 0000 to 9999 is written with more digits.
  if (!INSTANT.test(instant)) throw new InvalidInput(`"${value.slice(0, 40)}" is not an RFC 3339 time with an offset`);
  return instant;
}

/**
 * Any RFC 3339 date-time as a timestamp: UTC, always with six digits behind the second (`2027-05-01T10:00:00.250000Z`).
 * Comparing the strings compares the moments, so timestamps order states that follow each other within a second, as
 * instants, which are for times that are booked, cannot. Microseconds are the finest that PostgreSQL, MySQL and
 * Firestore keep (their manuals on date and time types); what is finer is cut.
 * @throws InvalidInput as `toInstant`.
 */
export function toTimestamp(value: string): string {
  const digits = /\.(\d{1,6})/.exec(value)?.[1] ?? '';
  return `${toInstant(value).slice(0, -1)}.${digits.padEnd(6, '0')}Z`;
}

/** The canonical instant of milliseconds since 1970. */
export function instantOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Milliseconds since 1970 of a canonical instant, a timestamp (its microseconds cut), or a date's midnight in UTC. */
export function msOf(time: string): number {
  return time.length === 10 ? dateToMs(time) : Date.parse(time);
}

/** The calendar date `days` after `date`. */
export function addDays(date: string, days: number): string {
  return toDate(dateToMs(date) + days * DAY_MS);
}

/** True when the two share any time; touching ends do not. */
export function overlaps(a: Interval, b: Interval): boolean {
  return a.start < b.end && b.start < a.end;
}

/** The time that both have; ends before it starts when they have none. */
export function sharedTime(a: Interval, b: Interval): Interval {
  return { start: a.start > b.start ? a.start : b.start, end: a.end < b.end ? a.end : b.end };
}

/** True when both name the same time. */
export function sameInterval(a: Interval, b: Interval): boolean {
  return a.start === b.start && a.end === b.end;
}

/** The same time in intervals that neither overlap nor touch, in order. */
export function union(intervals: Iterable<Interval>): Interval[] {
  const joined: Interval[] = [];
  for (const { start, end } of [...intervals].sort((a, b) => (a.start < b.start ? -1 : 1))) {
    const last = joined.at(-1);
    if (last && start <= last.end) {
      if (end > last.end) joined[joined.length - 1] = { start: last.start, end };
    } else joined.push({ start, end });
  }
  return joined;
}

/** What is left of `intervals` without the time of `others`, both as `union` gives them. */
export function without(intervals: readonly Interval[], others: readonly Interval[]): Interval[] {
  const left: Interval[] = [];
  let first = 0;
  for (const { start, end } of intervals) {
    let from = start;
    while (first < others.length && (others[first] as Interval).end <= start) first++;
    for (let index = first; index < others.length && from < end; index++) {
      const other = others[index] as Interval;
      if (other.start >= end) break;
      if (from < other.start) left.push({ start: from, end: other.start });
      if (from < other.end) from = other.end;
    }
    if (from < end) left.push({ start: from, end });
  }
  return left;
}

/** The months (`yyyy-mm`) an interval touches, in order: UTC months for instants, calendar months for dates. */
export function monthsOf(interval: Interval): string[] {
  const last = interval.start.length === 10 ? addDays(interval.end, -1) : instantOf(msOf(interval.end) - 1000);
  const months: string[] = [];
  let [year = 0, month = 0] = interval.start.slice(0, 7).split('-').map(Number);
  const lastMonth = last.slice(0, 7);
  for (;;) {
    const id = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`;
    if (id > lastMonth) return months;
    months.push(id);
    if (++month > 12) {
      month = 1;
      year++;
    }
  }
}

function dateToMs(date: string): number {
  return Date.parse(`${date}T00:00:00Z`);
}

function toDate(ms: number): string {
  return Number.isNaN(ms) ? '' : new Date(ms).toISOString().slice(0, 10);
}
