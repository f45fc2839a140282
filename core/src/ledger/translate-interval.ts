import { Temporal } from 'temporal-polyfill';
import { type Interval, instantOf } from '../domain/interval.ts';
import type { Resource } from '../domain/resource.ts';

/** What of a resource decides how its time reads on another. */
export type TimeKeeping = Pick<Resource, 'kind' | 'timeZone' | 'checkInTime' | 'checkOutTime'>;

/** Most houses' custom, for nightly resources that do not state their own. */
const USUAL_CHECK_IN = '15:00';
const USUAL_CHECK_OUT = '11:00';
const FIRST_DATE = '0000-01-01';
const LAST_DATE = '9999-12-31';
const FIRST_MS = Date.parse('0000-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59Z');

/**
 * The time that an interval of one resource takes on another. Pure.
 *
 * Nights become the time from check-in to check-out, in the zone of the resource that is slept in. Instants become the
 * nights of which they take any part, from a night's check-in to its check-out. A check-in that falls into the hour that
 * summer time skips is an hour later. Between resources of one kind nothing changes, whatever their zones.
 *
 * Null when the interval takes no time there, as a cleaning between check-out and check-in does of no night.
 */
export function translateInterval(interval: Interval, from: TimeKeeping, to: TimeKeeping): Interval | null {
  if (from.kind === to.kind) return interval;
  return from.kind === 'nightly' ? stayOf(interval, from) : nightsOf(interval, to);
}

function stayOf({ start, end }: Interval, resource: TimeKeeping): Interval | null {
  return nonEmpty({
    start: instantWithin(checkIn(Temporal.PlainDate.from(start), resource)),
    end: instantWithin(checkOut(Temporal.PlainDate.from(end), resource)),
  });
}

function nightsOf({ start, end }: Interval, resource: TimeKeeping): Interval | null {
  const from = Temporal.Instant.from(start);
  const to = Temporal.Instant.from(end);
  // Begun outside and moved inwards, so that days which a zone skips or begins oddly need no thought.
  let first = dateOf(from, resource).subtract({ days: 2 });
  while (checkOut(first.add({ days: 1 }), resource) <= from.epochMilliseconds) first = first.add({ days: 1 });
  let last = dateOf(to, resource).add({ days: 1 });
  while (checkIn(last, resource) >= to.epochMilliseconds) last = last.subtract({ days: 1 });
  if (Temporal.PlainDate.compare(first, last) > 0) return null;
  return nonEmpty({ start: dateWithin(first), end: dateWithin(last.add({ days: 1 })) });
}

function checkIn(date: Temporal.PlainDate, { timeZone, checkInTime = USUAL_CHECK_IN }: TimeKeeping): number {
  return date.toZonedDateTime({ timeZone, plainTime: checkInTime }).epochMilliseconds;
}

function checkOut(date: Temporal.PlainDate, { timeZone, checkOutTime = USUAL_CHECK_OUT }: TimeKeeping): number {
  return date.toZonedDateTime({ timeZone, plainTime: checkOutTime }).epochMilliseconds;
}

function dateOf(instant: Temporal.Instant, { timeZone }: TimeKeeping): Temporal.PlainDate {
  return instant.toZonedDateTimeISO(timeZone).toPlainDate();
}

/** The instant of milliseconds since 1970, or the first or last of the years of four digits: intervals compare as text. */
export function instantWithin(ms: number): string {
  return instantOf(Math.min(Math.max(ms, FIRST_MS), LAST_MS));
}

function dateWithin(date: Temporal.PlainDate): string {
  if (date.year > 9999) return LAST_DATE;
  return date.year < 0 ? FIRST_DATE : date.toString();
}

function nonEmpty(interval: Interval): Interval | null {
  return interval.start < interval.end ? interval : null;
}
