import { Temporal } from 'temporal-polyfill';
import { instantOf } from '../domain/interval.ts';

/** The instant at which `date` begins in the zone (not always midnight: some zones skip it once a year). */
export function startOfDay(date: string, timeZone: string): string {
  return instantOf(Temporal.PlainDate.from(date).toZonedDateTime(timeZone).epochMilliseconds);
}

/** The calendar date at `instant` in the zone. */
export function dateAt(instant: string, timeZone: string): string {
  return Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

/** The instant of a wall-clock time (`2027-05-01T10:00:00`) in the zone. @throws RangeError for a time that no calendar has. */
export function instantAt(wallTime: string, timeZone: string): string {
  return instantOf(Temporal.PlainDateTime.from(wallTime).toZonedDateTime(timeZone).epochMilliseconds);
}

/** `start`, a date or an instant, moved by an ISO 8601 duration; days are days of the zone. @throws RangeError */
export function addDuration(start: string, duration: string, timeZone: string): string {
  const amount = Temporal.Duration.from(duration);
  if (start.length === 10) return Temporal.PlainDate.from(start).add(amount).toString();
  return instantOf(Temporal.Instant.from(start).toZonedDateTimeISO(timeZone).add(amount).epochMilliseconds);
}

/** True when `name` is a zone with known rules, or a fixed offset. */
export function isTimeZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}
