import { Temporal } from 'temporal-polyfill';
import { msOf } from '../domain/interval.ts';
import { canonicalInstant } from './local-time.ts';

/** What clocks show at a place. Wall-clock times are `2027-05-01T10:00:00`, instants canonical. */
export interface Zone {
  /**
   * The instant at which clocks show `wall`. Of a time they show twice, the first; for one they skip, as if they had not
   * (RFC 5545, 3.3.5).
   */
  instantAt(wall: string): string;
  /** What clocks show at `instant`. */
  wallAt(instant: string): string;
}

export const UTC: Zone = { instantAt: (wall) => `${wall}Z`, wallAt: (instant) => instant.slice(0, -1) };

/** The zone of an IANA name or a fixed offset such as `+05:30`. @throws RangeError for any other name. */
export function zoneOf(name: string): Zone {
  return new NamedZone(name);
}

/**
 * `start`, a date or an instant, moved by an ISO 8601 duration; its days are days of the zone, its hours are hours.
 * @throws RangeError for what is no duration.
 */
export function addDuration(start: string, duration: string, zone: Zone): string {
  const { years, months, weeks, days, hours, minutes, seconds } = Temporal.Duration.from(duration);
  const time = ((hours * 60 + minutes) * 60 + seconds) * 1000;
  if (start.length === 10) {
    const moved = Temporal.PlainDate.from(start).add({ years, months, weeks, days });
    return canonicalInstant(Date.parse(`${moved}T00:00:00Z`) + Math.floor(time / DAY) * DAY).slice(0, 10);
  }
  const wall = Temporal.PlainDateTime.from(zone.wallAt(start)).add({ years, months, weeks, days });
  const begins = years || months || weeks || days ? zone.instantAt(wall.toString()) : start;
  return canonicalInstant(msOf(begins) + time);
}

const DAY = 86_400_000;

/**
 * A zone that remembers on which days its clocks did not change: all but two a year, and on them a time is found by
 * subtraction, a hundred times faster than by Temporal. A feed has thousands of times on some hundreds of days.
 */
class NamedZone implements Zone {
  readonly #name: string;
  /** The offset from UTC in milliseconds during a local day, or undefined where it changes. */
  readonly #localDays = new Map<string, number | undefined>();
  readonly #utcDays = new Map<string, number | undefined>();

  constructor(name: string) {
    this.#name = name;
    this.#offsetAt(0);
  }

  instantAt(wall: string): string {
    const date = wall.slice(0, 10);
    if (!this.#localDays.has(date)) this.#localDays.set(date, this.#offsetOfLocalDay(msOf(date)));
    const offset = this.#localDays.get(date);
    const ms = Date.parse(`${wall}Z`);
    return canonicalInstant(offset === undefined ? this.#instantAtExactly(ms) : ms - offset);
  }

  wallAt(instant: string): string {
    const date = instant.slice(0, 10);
    if (!this.#utcDays.has(date)) this.#utcDays.set(date, this.#offsetOfUtcDay(msOf(date)));
    const ms = msOf(instant);
    return canonicalInstant(ms + (this.#utcDays.get(date) ?? this.#offsetAt(ms))).slice(0, -1);
  }

  #offsetOfLocalDay(midnight: number): number | undefined {
    const first = midnight - this.#instantAtExactly(midnight);
    return first === midnight + DAY - this.#instantAtExactly(midnight + DAY) ? first : undefined;
  }

  #offsetOfUtcDay(midnight: number): number | undefined {
    const first = this.#offsetAt(midnight);
    return first === this.#offsetAt(midnight + DAY) ? first : undefined;
  }

  /** `wallMs` is a wall-clock time as if it were UTC. */
  #instantAtExactly(wallMs: number): number {
    const wall = Temporal.Instant.fromEpochMilliseconds(wallMs).toZonedDateTimeISO('UTC').toPlainDateTime();
    return wall.toZonedDateTime(this.#name).epochMilliseconds;
  }

  #offsetAt(ms: number): number {
    return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(this.#name).offsetNanoseconds / 1_000_000;
  }
}
