import { Temporal } from 'temporal-polyfill';

/** A stretch of time (milliseconds since 1970, half-open) during which the clocks of a zone are `offset` ahead of UTC. */
export interface ZoneOffset {
  readonly from: number;
  readonly to: number;
  /** Milliseconds. */
  readonly offset: number;
}

/**
 * How the clocks of an IANA zone stand between two moments, in order and without gaps: one stretch, and one more for
 * each time they are put forward or back. @throws RangeError for any other name.
 */
export function offsetsBetween(timeZone: string, from: number, to: number): ZoneOffset[] {
  const offsets: ZoneOffset[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timeZone);
  for (;;) {
    const next = at.getTimeZoneTransition('next');
    const end = next && next.epochMilliseconds < to ? next.epochMilliseconds : to;
    offsets.push({ from: at.epochMilliseconds, to: end, offset: at.offsetNanoseconds / 1_000_000 });
    if (!next || end === to) return offsets;
    at = next;
  }
}
