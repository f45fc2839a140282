import { Temporal } from 'temporal-polyfill';
import { instantOf, msOf } from '../../domain/interval.ts';

/** How a read of a feed went, and what is known of its habits. */
export interface PollOutcome {
  readonly now: number;
  /** The interval its owner asked for. */
  readonly pollMinutes: number;
  readonly timeZone: string;
  /** When it last showed something new; absent when it never did. */
  readonly lastChangeAt?: string | undefined;
  /** Failures in a row, this one included; 0 when it could be read. */
  readonly failures: number;
  /** What its server said to wait. */
  readonly retryAfterMs?: number | undefined;
  /** When an absence may become a release. */
  readonly nextReleaseAt?: string | undefined;
}

/** Kept away from the schedules' query: of feeds that are paused or parked. */
export const NEVER = '9999-12-31T00:00:00Z';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const LEAST_MINUTES = 15;
const MOST_MINUTES = 360;
/** Where changes come, more come soon: a guest who books alters, a host who blocks one week blocks another. */
const LIVELY_MS = 3 * 60 * MINUTE_MS;
/** When most people book, local time. */
const PEAK_HOURS = { from: 14, until: 22 } as const;

/**
 * When a feed is to be read next. Half its interval after a change and in the local peak hours; half as long again, then
 * twice as long, after three days and two weeks without a change; doubled with every failure in a row. Never less than
 * 15 minutes or more than six hours, unless its server asks for a longer wait. Brought forward to when an absence may
 * become a release. Pure; spreading the load is the schedule's.
 */
export function nextPoll(outcome: PollOutcome): string {
  const { now, nextReleaseAt, retryAfterMs = 0 } = outcome;
  const minutes = clamp(outcome.failures > 0 ? backoff(outcome) : outcome.pollMinutes * pace(outcome));
  const usual = now + minutes * MINUTE_MS;
  const release = nextReleaseAt === undefined ? usual : Math.max(msOf(nextReleaseAt), now + LEAST_MINUTES * MINUTE_MS);
  return instantOf(Math.max(Math.min(usual, release), now + Math.min(retryAfterMs, DAY_MS)));
}

function backoff({ pollMinutes, failures }: PollOutcome): number {
  return pollMinutes * 2 ** Math.min(failures - 1, 10);
}

function pace({ now, timeZone, lastChangeAt }: PollOutcome): number {
  const quietMs = lastChangeAt === undefined ? 0 : now - msOf(lastChangeAt);
  if (lastChangeAt !== undefined && quietMs < LIVELY_MS) return 0.5;
  const { hour } = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone);
  if (hour >= PEAK_HOURS.from && hour < PEAK_HOURS.until) return 0.5;
  if (quietMs >= 14 * DAY_MS) return 2;
  return quietMs >= 3 * DAY_MS ? 1.5 : 1;
}

function clamp(minutes: number): number {
  return Math.min(MOST_MINUTES, Math.max(LEAST_MINUTES, minutes));
}
