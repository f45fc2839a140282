import type { FeedEntry } from '../../domain/feed.ts';
import type { FeedLimits } from '../../domain/feed-limits.ts';
import { addDays, type Interval, msOf } from '../../domain/interval.ts';
import { heldBy, type KnownEntry } from '../../domain/known-entry.ts';
import type { ResourceKind } from '../../domain/resource.ts';
import type { FeedDay } from './feed-day.ts';

/** A feed's entries as far as they bear on the ledger now. */
export interface FittedEntries {
  /** Those that touch the window, as the feed states them. */
  readonly inside: readonly FeedEntry[];
  /** Those that start behind it. */
  readonly beyond: readonly FeedEntry[];
  readonly warnings: readonly string[];
  /** The local date on which something beyond the window comes within it. */
  readonly nextOn?: string;
}

/**
 * How far a clipped end may fall behind the window's, and what is closed behind a platform's booking window behind the
 * platform, before they are moved on. Both move by a day every day; following them daily would write as often.
 */
const CLIP_LAG_DAYS = 30;
const EDGE_LAG_DAYS = 7;
/** An edge that ends later than this many days ahead is that of the booking window; nobody chose its ends. */
const FAR_DAYS = 300;
/** More of a kind are counted, not named. */
const MOST_NAMED = 5;

/** The stretch of time that is taken from a feed. */
export function feedWindow({ daysBack, daysAhead }: FeedLimits, today: string, kind: ResourceKind): Interval {
  const [start, end] = [addDays(today, -daysBack), addDays(today, daysAhead)];
  return kind === 'nightly' ? { start, end } : { start: `${start}T00:00:00Z`, end: `${end}T00:00:00Z` };
}

/** Leaves out what lies wholly outside the window, and warns of what is clipped, left out, too long or too short. */
export function fitEntries(entries: readonly FeedEntry[], window: Interval, limits: FeedLimits): FittedEntries {
  const current = entries.filter(({ end }) => end > window.start);
  const inside = current.filter(({ start }) => start < window.end);
  const beyond = current.filter(({ start }) => start >= window.end);
  const nextOn = beyond.map(({ start }) => turnOf(start, limits)).sort()[0];
  const warnings = [
    ...named(
      inside.filter(({ end }) => end > window.end),
      ` reaches beyond ${window.end}: it is held until then`,
    ),
    ...named(
      inside.filter((entry) => daysOf(entry) > limits.maxNights),
      ` is longer than ${limits.maxNights} nights`,
    ),
    ...named(
      inside.filter((entry) => entry.start.length === 10 && daysOf(entry) < limits.minNights),
      ` is shorter than ${limits.minNights} nights`,
    ),
    ...(beyond.length === 0
      ? []
      : [`left out for now, as they start more than ${limits.daysAhead} days ahead: ${beyond.length}`]),
  ];
  return { inside, beyond, warnings, ...(nextOn !== undefined && { nextOn }) };
}

/**
 * The local date on which a clipped end is to be moved on: when all of the entry lies within the window, or when the end
 * lags too far behind it. Undefined for an entry that is not clipped.
 */
export function clipTurn({ end }: Interval, held: Interval, window: Interval, limits: FeedLimits): string | undefined {
  if (end <= window.end) return undefined;
  const [whole, lags] = [
    addDays(end.slice(0, 10), -limits.daysAhead),
    addDays(turnOf(held.end, limits), CLIP_LAG_DAYS),
  ];
  return whole < lags ? whole : lags;
}

/** The first local date on which the window reaches past `time`. */
function turnOf(time: string, { daysAhead }: FeedLimits): string {
  return addDays(time.slice(0, 10), 1 - daysAhead);
}

/**
 * The time an entry is to hold: what the feed states, clipped to the window. What is already held stays where moving it
 * would only follow the calendar: a start that has passed, a clipped end that lags a little, and what is closed behind
 * the platform's booking window, whose ends moved by a few days.
 */
export function heldInterval(
  entry: FeedEntry,
  known: KnownEntry | undefined,
  window: Interval,
  { begunUntil, today }: FeedDay,
): Interval {
  const held = known && heldBy(known);
  const isFar = (interval: Interval) => interval.start > begunUntil && interval.end > addDays(today, FAR_DAYS);
  if (held && known.edge && entry.edge && isFar(held) && isFar(entry)) {
    if (isNear(held.start, entry.start) && isNear(held.end, entry.end)) return held;
  }
  const end = heldEnd(entry, known, window);
  const started = entry.start < window.start ? window.start : entry.start;
  const hasBegun = held !== undefined && held.start <= begunUntil && entry.start <= begunUntil;
  return { start: hasBegun && held.start < end ? held.start : started, end };
}

function heldEnd({ start, end }: FeedEntry, known: KnownEntry | undefined, window: Interval): string {
  if (end <= window.end) return end;
  const clippedTo = known?.held && known.end > known.held.end ? known.held.end : undefined;
  const lag = clippedTo === undefined ? Number.POSITIVE_INFINITY : daysOf({ start: clippedTo, end: window.end });
  return clippedTo !== undefined && lag >= 0 && lag <= CLIP_LAG_DAYS && clippedTo > start ? clippedTo : window.end;
}

function named(entries: readonly FeedEntry[], what: string): string[] {
  const lines = entries.slice(0, MOST_NAMED).map(({ start, end }) => `the entry from ${start} to ${end}${what}`);
  const more = entries.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more of this kind`] : lines;
}

function isNear(a: string, b: string): boolean {
  return Math.abs(daysOf({ start: a, end: b })) <= EDGE_LAG_DAYS;
}

function daysOf({ start, end }: Interval): number {
  return (msOf(end) - msOf(start)) / 86_400_000;
}
