import { addDays, type Interval, instantOf, msOf, union, without } from '../domain/interval.ts';
import type { Resource } from '../domain/resource.ts';
import { dateAt } from '../ical/local-time.ts';
import type { PageLine } from '../store/pages.ts';
import { bookingStarts, openTime } from './open-time.ts';

/** What of a resource decides what is free on it. */
export type BookableResource = Pick<Resource, 'kind' | 'timeZone' | 'openingHours' | 'bookingRules'>;

/** A search for free time. */
export interface Search {
  /** In the resource's kind of time. */
  readonly window: Interval;
  /** An instant: nothing is free before it. */
  readonly now: string;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * The stretch of a resource's ledger whose lines a search rests on: the window, and what bears on it from outside. Lines
 * beyond the ledger's own window are not there; of what is not known nothing is free, so clip the search to it. Pure.
 */
export function searchedTime({ kind, bookingRules }: BookableResource, window: Interval, nights = 1): Interval {
  if (kind === 'nightly') {
    const beside = Math.max(nights, bookingRules?.minNights ?? 1) - 1;
    return { start: addDays(window.start, -beside), end: addDays(window.end, beside) };
  }
  const { before, after } = buffersOf(bookingRules);
  return widened(window, before + after, before + after);
}

/**
 * Where bookings of `minutes` fit on a timed resource: each place they may begin at, in order, as the intervals they would
 * take. They lie within opening hours and the window, begin where the resource's step has it, and leave its buffers, its
 * notice and its days ahead alone; whether `minutes` itself is allowed is not asked. Slots overlap where the step is
 * shorter than they are. Pure.
 * @param standing the lines that hold time within `searchedTime`.
 */
export function freeSlots(
  resource: BookableResource,
  standing: readonly PageLine[],
  { window, now, minutes }: Search & { readonly minutes: number },
): Interval[] {
  const free = freeTime(resource, standing, { window, now });
  const slots: Interval[] = [];
  let stretch = 0;
  for (const start of bookingStarts(resource, window)) {
    while (stretch < free.length && (free[stretch] as Interval).end <= start) stretch++;
    const within = free[stretch];
    if (!within) break;
    if (start < within.start) continue;
    const end = instantOf(msOf(start) + minutes * MINUTE_MS);
    if (end <= within.end) slots.push({ start, end });
  }
  return slots;
}

/** The stretches of a timed resource in which bookings can lie, buffers already taken off. In order and apart. Pure. */
export function freeTime(
  resource: BookableResource,
  standing: readonly PageLine[],
  { window, now }: Search,
): Interval[] {
  const { start: earliest, end: latest } = bookableTime(resource, now);
  const start = window.start > earliest ? window.start : earliest;
  const end = window.end < latest ? window.end : latest;
  if (start >= end) return [];
  return without(openTime(resource, { start, end }), union(standing.map((line) => keptFrom(line, resource))));
}

/**
 * The free nights of a nightly resource within the window: stretches in which a stay fits that is as long as the resource
 * asks for, and at least `nights`. A stay may begin on the day another ends. How long a stretch is counts beyond the
 * window, as far as `standing` is known; what is answered lies within it. In order and apart. Pure.
 * @param standing the lines that hold time within `searched`, which is `searchedTime` clipped to what is known.
 */
export function freeNights(
  resource: BookableResource,
  standing: readonly PageLine[],
  { window, now, searched, nights = 1 }: Search & { readonly searched: Interval; readonly nights?: number },
): Interval[] {
  const { start: earliest, end: latest } = bookableTime(resource, now);
  const start = searched.start > earliest ? searched.start : earliest;
  const end = searched.end < latest ? searched.end : latest;
  if (start >= end) return [];
  const least = Math.max(nights, resource.bookingRules?.minNights ?? 1);
  return without([{ start, end }], union(standing))
    .filter((stretch) => nightsOf(stretch) >= least)
    .map((stretch) => ({
      start: stretch.start > window.start ? stretch.start : window.start,
      end: stretch.end < window.end ? stretch.end : window.end,
    }))
    .filter((stretch) => stretch.start < stretch.end);
}

/** How many nights lie between two dates. */
export function nightsOf({ start, end }: Interval): number {
  return Math.round((msOf(end) - msOf(start)) / DAY_MS);
}

/** From when and until when bookings can be made at all, by the resource's notice and its days ahead. Pure. */
export function bookableTime({ kind, timeZone, bookingRules = {} }: BookableResource, now: string): Interval {
  const { minNoticeMinutes = 0, maxDaysAhead } = bookingRules;
  const earliest = instantOf(msOf(now) + minNoticeMinutes * MINUTE_MS);
  if (kind === 'nightly') {
    const end = maxDaysAhead === undefined ? '9999-12-31' : addDays(dateAt(now, timeZone), maxDaysAhead);
    return { start: dateAt(earliest, timeZone), end };
  }
  const end = maxDaysAhead === undefined ? '9999-12-31T23:59:59Z' : instantOf(msOf(now) + maxDaysAhead * DAY_MS);
  return { start: earliest, end };
}

/** The time that a line keeps bookings from: its own and, of timed resources, the buffers of both. Pure. */
export function keptFrom(line: Interval & Pick<PageLine, 'kind'>, { kind, bookingRules }: BookableResource): Interval {
  if (kind === 'nightly') return line;
  const { before, after } = buffersOf(bookingRules);
  // A reservation sets up and clears up itself; what is merely closed does not.
  return line.kind === 'reservation' ? widened(line, before + after, before + after) : widened(line, after, before);
}

function buffersOf(rules: Resource['bookingRules'] = {}): { readonly before: number; readonly after: number } {
  const { bufferBeforeMinutes = 0, bufferAfterMinutes = 0 } = rules;
  return { before: bufferBeforeMinutes * MINUTE_MS, after: bufferAfterMinutes * MINUTE_MS };
}

function widened({ start, end }: Interval, byBefore: number, byAfter: number): Interval {
  if (byBefore === 0 && byAfter === 0) return { start, end };
  return { start: instantOf(msOf(start) - byBefore), end: instantOf(msOf(end) + byAfter) };
}
