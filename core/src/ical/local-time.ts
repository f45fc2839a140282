import { Temporal } from 'temporal-polyfill';
import { instantOf, msOf } from '../domain/interval.ts';

/** The first and the last moment that have a canonical form; what begins before or ends later is said to do so then. */
const FIRST_INSTANT = '0000-01-01T00:00:00Z';
export const LAST_INSTANT = '9999-12-31T23:59:59Z';

/** The instant at which `date` begins in the zone (not always midnight: some zones skip it once a year). */
export function startOfDay(date: string, timeZone: string): string {
  return canonicalInstant(Temporal.PlainDate.from(date).toZonedDateTime(timeZone).epochMilliseconds);
}

/** The calendar date at `instant` in the zone. */
export function dateAt(instant: string, timeZone: string): string {
  const date = Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone).toPlainDate();
  return canonicalInstant(Date.parse(`${date}T00:00:00Z`)).slice(0, 10);
}

/** The canonical instant of milliseconds since 1970, of the years 0000 to 9999. */
export function canonicalInstant(ms: number): string {
  return instantOf(Math.min(Math.max(ms, msOf(FIRST_INSTANT)), msOf(LAST_INSTANT)));
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
