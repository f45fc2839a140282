import type { Occurrence } from './read-series.ts';

/**
 * The occurrences of one series, in order of their starts, with those that overlap as one: nobody has the same twice at
 * a time, and a rule whose event is longer than its interval would take each hour a thousand times. One is named by its
 * first occurrence; by the empty key where that begins before `from`, which moves on every day: what comes first then
 * is another one tomorrow.
 */
export function mergeOccurrences(occurrences: readonly Occurrence[], from: string): Occurrence[] {
  const merged: Occurrence[] = [];
  for (const next of occurrences) {
    const last = merged.at(-1);
    if (last === undefined || next.start >= last.end) merged.push(next);
    else {
      const key = last.start < from ? '' : last.key;
      merged[merged.length - 1] = { key, start: last.start, end: next.end > last.end ? next.end : last.end };
    }
  }
  return merged;
}
