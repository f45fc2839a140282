import { addDays, type Interval, instantOf, msOf, union } from '../domain/interval.ts';
import type { OpeningHours, Resource } from '../domain/resource.ts';
import { offsetsBetween, type ZoneOffset } from '../ical/zone-offsets.ts';

/** What of a timed resource says when it is open. */
export type OpenResource = Pick<Resource, 'timeZone' | 'openingHours' | 'bookingRules'>;

/** Bookings begin on the hour and the half hour, counted from opening time, where no rule says otherwise. */
export const USUAL_STEP_MINUTES = 30;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const ALWAYS = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens: '00:00', closes: '24:00' }) as OpeningHours);

/**
 * When a timed resource is open within a window of instants: while its clocks show a time of its opening hours. An hour
 * that clocks skip is not there, one that they show twice is there twice. In order and apart. Pure.
 */
export function openTime(resource: OpenResource, window: Interval): Interval[] {
  const { openings, offsets } = openingsWithin(resource, window);
  const instants = openings.flatMap((opening) => instantsOf(opening, offsets));
  return union(instants.map(({ from, to }) => ({ start: instantOf(from), end: instantOf(to) })));
}

/**
 * When bookings of a timed resource may begin within a window of instants, as far as its opening hours and its step say:
 * at times its clocks show, counted from each opening. In order. Pure.
 */
export function bookingStarts(resource: OpenResource, window: Interval): string[] {
  const step = (resource.bookingRules?.stepMinutes ?? USUAL_STEP_MINUTES) * MINUTE_MS;
  const { openings, offsets } = openingsWithin(resource, window);
  const starts = new Set<number>();
  for (const opening of openings) {
    for (const { from, to, offset } of instantsOf(opening, offsets)) {
      const first = Math.ceil((from + offset - opening.from) / step) * step + opening.from - offset;
      for (let at = first; at < to; at += step) starts.add(at);
    }
  }
  return [...starts].sort((a, b) => a - b).map(instantOf);
}

/** Opening hours of one day or, where they overlap, of several joined, as clocks show them: milliseconds as if in UTC. */
interface Opening {
  readonly from: number;
  readonly to: number;
}

function openingsWithin(
  { timeZone, openingHours }: OpenResource,
  window: Interval,
): { readonly openings: readonly Opening[]; readonly offsets: readonly ZoneOffset[] } {
  const offsets = offsetsBetween(timeZone, msOf(window.start), msOf(window.end));
  const [first, last] = [offsets[0] as ZoneOffset, offsets.at(-1) as ZoneOffset];
  // One day more on either side: hours may reach past midnight, and clocks may be put back across it.
  const lastDate = addDays(dateOf(last.to + last.offset), 1);
  const openings: Opening[] = [];
  const hours = openingHours.length === 0 ? ALWAYS : openingHours;
  for (let date = addDays(dateOf(first.from + first.offset), -2); date <= lastDate; date = addDays(date, 1)) {
    const midnight = msOf(date);
    // 1 January 1970 was a Thursday.
    const weekday = ((((midnight / DAY_MS + 3) % 7) + 7) % 7) + 1;
    for (const each of hours) {
      if (each.weekday !== weekday) continue;
      const [opens, closes] = [timeOf(each.opens), timeOf(each.closes)];
      openings.push({ from: midnight + opens, to: midnight + closes + (closes > opens ? 0 : DAY_MS) });
    }
  }
  return { openings: joined(openings), offsets };
}

/** Those that overlap as one. Hours that only follow each other each count their own steps. */
function joined(openings: readonly Opening[]): Opening[] {
  const found: Opening[] = [];
  for (const { from, to } of [...openings].sort((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    if (last && from < last.to) found[found.length - 1] = { from: last.from, to: Math.max(last.to, to) };
    else found.push({ from, to });
  }
  return found;
}

/** When clocks show a time of the opening. */
function instantsOf(opening: Opening, offsets: readonly ZoneOffset[]): ZoneOffset[] {
  const found: ZoneOffset[] = [];
  for (const { from, to, offset } of offsets) {
    const [opens, closes] = [Math.max(from, opening.from - offset), Math.min(to, opening.to - offset)];
    if (opens < closes) found.push({ from: opens, to: closes, offset });
  }
  return found;
}

function dateOf(ms: number): string {
  return instantOf(ms).slice(0, 10);
}

/** Milliseconds since midnight of `HH:MM`. */
function timeOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return (hours * 60 + minutes) * MINUTE_MS;
}
