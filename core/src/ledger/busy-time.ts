import { hasLapsed } from '../domain/event.ts';
import { type Interval, overlaps, sharedTime, union } from '../domain/interval.ts';
import type { LedgerPage, PageLine } from '../store/pages.ts';

/**
 * The lines of a resource's pages that hold time at `now` (an instant), each once: a line stands on the page of every
 * month it touches, and a hold that has lapsed keeps nobody from its time. Pure.
 */
export function standingLines(pages: Iterable<Pick<LedgerPage, 'lines'>>, now: string): PageLine[] {
  const standing = new Map<string, PageLine>();
  for (const { lines } of pages) {
    for (const line of lines) if (!hasLapsed(line, now)) standing.set(line.id, line);
  }
  return [...standing.values()];
}

/**
 * The time that `standing` lines take within a window: intervals in order and apart that say nothing of what is behind
 * them. Everything counts that holds time, also what is missing at its source, inherited, or lost a conflict; what is
 * left of an overridden block needs no thought, because the rest of it is taken by what goes before it. Pure.
 */
export function busyTime(standing: readonly Interval[], window: Interval): Interval[] {
  return union(standing.filter((line) => overlaps(line, window)).map((line) => sharedTime(line, window)));
}
