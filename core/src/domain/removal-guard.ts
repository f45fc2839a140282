import type { RecentRemovals } from './binding.ts';
import { instantOf, msOf } from './interval.ts';

const WINDOW_MS = 10 * 60_000;
const MOST = 5;
const SHARE = 0.2;

/**
 * The count of vanished events after a pull saw `more` of them, `future` being the number of future events it knew
 * before. Removals of ten minutes count together, because a clean-up tool's deletions arrive over several pulls.
 */
export function countRemovals(
  known: RecentRemovals | undefined,
  more: number,
  future: number,
  nowMs: number,
): RecentRemovals | undefined {
  const current = known && nowMs - msOf(known.since) < WINDOW_MS ? known : undefined;
  if (more === 0) return current;
  if (!current) return { since: instantOf(nowMs), count: more, future };
  return { ...current, count: current.count + more, future: Math.max(current.future, future) };
}

/** True when so much vanished that a person must say whether it was meant: over five, and over a fifth of the future. */
export function isBulkRemoval(removals: RecentRemovals | undefined): boolean {
  return removals !== undefined && removals.count > MOST && removals.count > removals.future * SHARE;
}
