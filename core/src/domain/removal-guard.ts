import type { RecentRemovals } from './binding.ts';
import { instantOf, msOf } from './interval.ts';

/** Where pushes are lost, what is left of them is seen by the next safety pull, up to a quarter of an hour later. */
const WINDOW_MS = 20 * 60_000;
const STEP_MS = 60_000;
const MOST = 5;
const SHARE = 0.2;

/**
 * The recent removals after a pull saw `more` vanished events, `future` being the number of future events the calendar
 * had before. A clean-up tool's deletions arrive over several pulls, so those of the last twenty minutes count together,
 * at whichever minute one begins to count.
 */
export function countRemovals(
  known: RecentRemovals | undefined,
  more: number,
  future: number,
  nowMs: number,
): RecentRemovals | undefined {
  const recent = (known ?? []).filter(({ at }) => nowMs - msOf(at) < WINDOW_MS);
  if (more > 0) {
    const last = recent.at(-1);
    if (last && nowMs - msOf(last.at) < STEP_MS) {
      recent[recent.length - 1] = { ...last, count: last.count + more, future: Math.max(last.future, future) };
    } else recent.push({ at: instantOf(nowMs), count: more, future });
  }
  return recent.length === 0 ? undefined : recent;
}

/** True when so much vanished that a person must say whether it was meant: over five, and over a fifth of the future. */
export function isBulkRemoval(removals: RecentRemovals | undefined): boolean {
  if (!removals) return false;
  const count = removals.reduce((sum, removal) => sum + removal.count, 0);
  const future = Math.max(...removals.map((removal) => removal.future));
  return isBulk(count, future);
}

/**
 * True when so many of a booking system's future bookings are lost that a person must say whether it was meant: as many
 * as make a bulk removal or, where there are several, all of them, since a site may be empty for reasons of its own.
 */
export function isBulkLoss(count: number, future: number): boolean {
  return isBulk(count, future) || (count > 1 && count >= future);
}

function isBulk(count: number, future: number): boolean {
  return count > MOST && count > future * SHARE;
}
