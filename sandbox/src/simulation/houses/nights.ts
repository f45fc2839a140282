import { addDays, type Interval } from '@dovetail/core/domain/interval.ts';

/** The nights of an interval of dates, each by the date on which it begins; none before `from`. */
export function nightsOf({ start, end }: Interval, from = ''): string[] {
  const nights: string[] = [];
  for (let night = start > from ? start : from || start; night < end; night = addDays(night, 1)) nights.push(night);
  return nights;
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
