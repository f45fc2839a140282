import { Temporal } from 'temporal-polyfill';
import { addDays, msOf } from '../domain/interval.ts';
import { canonicalInstant, LAST_INSTANT } from './local-time.ts';

/** What clocks show at a place. Wall-clock times are `2027-05-01T10:00:00`, instants canonical. */
export interface Zone {
  /**
   * The instant at which clocks show `wall`. Of a time they show twice, the first; for one they skip, as if they had not
   * (RFC 5545, 3.3.5).
   */
  readonly instantAt: (wall: string) => string;
  /** What clocks show at `instant`. */
  readonly wallAt: (instant: string) => string;
}

export const UTC: Zone = { instantAt: (wall) => `${wall}Z`, wallAt: (instant) => instant.slice(0, -1) };

/** The zone of an IANA name or a fixed offset such as `+05:30`. @throws RangeError for any other name. */
export function zoneOf(name: string): Zone {
  Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
  return {
    instantAt: (wall) => canonicalInstant(Temporal.PlainDateTime.from(wall).toZonedDateTime(name).epochMilliseconds),
    wallAt: (instant) =>
      Temporal.Instant.from(instant).toZonedDateTimeISO(name).toPlainDateTime().toString().slice(0, 19),
  };
}

/**
 * `start`, a date or an instant, moved by an ISO 8601 duration; its days are days of the zone, its hours are hours.
 * @throws RangeError for what is no duration.
 */
export function addDuration(start: string, duration: string, zone: Zone): string {
  const { years, months, weeks, days, hours, minutes, seconds } = Temporal.Duration.from(duration);
  const time = ((hours * 60 + minutes) * 60 + seconds) * 1000;
  if (start.length === 10) {
    const moved = Temporal.PlainDate.from(start).add({ years, months, weeks, days }).toString();
    return moved.length === 10 ? addDays(moved, Math.floor(time / 86_400_000)) : LAST_INSTANT.slice(0, 10);
  }
  const wall = Temporal.PlainDateTime.from(zone.wallAt(start)).add({ years, months, weeks, days });
  const begins = years || months || weeks || days ? zone.instantAt(wall.toString()) : start;
  return canonicalInstant(msOf(begins) + time);
}
