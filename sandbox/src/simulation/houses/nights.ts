import { addDays, type Interval, instantOf } from '@dovetail/core/domain/interval.ts';
import { dateAt } from '@dovetail/core/ical/local-time.ts';

/** Where the house is. */
export const ZONE = 'America/New_York';
/** What lies further ahead moves by itself, as the ends of booking windows do. */
const FAR_DAYS = 300;
const HOUR_MS = 3_600_000;

const dates = new Map<number, string>();
const following = new Map<string, string>();

/** The date at the house; `now` is milliseconds since 1970. Its days begin with an hour of UTC, so one look an hour is enough. */
export function todayAt(now: number): string {
  const hour = Math.floor(now / HOUR_MS);
  const known = dates.get(hour) ?? dateAt(instantOf(hour * HOUR_MS), ZONE);
  dates.set(hour, known);
  return known;
}

/** From this date on nothing is looked at closely. */
export function farFrom(today: string): string {
  return addDays(today, FAR_DAYS);
}

/** The nights of an interval of dates, each by the date on which it begins; none before `from`. */
export function nightsOf({ start, end }: Interval, from = ''): string[] {
  const nights: string[] = [];
  for (let night = start > from ? start : from; night < end; night = dayAfter(night)) nights.push(night);
  return nights;
}

/** Whether one of them is this one. */
export function hasNight({ start, end }: Interval, night: string): boolean {
  return start <= night && night < end;
}

/** Those of several intervals, each once. */
export function nightsOfAll(intervals: Iterable<Interval>, from = ''): Set<string> {
  const nights = new Set<string>();
  for (const interval of intervals) for (const night of nightsOf(interval, from)) nights.add(night);
  return nights;
}

/** Those that are in the first and not in the second. */
export function nightsWithout(nights: ReadonlySet<string>, others: ReadonlySet<string>): string[] {
  return [...nights].filter((night) => !others.has(night));
}

function dayAfter(date: string): string {
  const known = following.get(date) ?? addDays(date, 1);
  following.set(date, known);
  return known;
}
