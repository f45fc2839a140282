import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import type { RecurrenceRule } from './recurrence-rule.ts';
import { NotReadable } from './set-aside.ts';

/** Wall-clock times as if they were UTC, in milliseconds: a rule recurs by the clock, not by elapsed time. */
export interface WallRange {
  readonly from: number;
  readonly to: number;
}

export interface Expansion {
  readonly walls: readonly number[];
  /** What it cost, in days of a plain rule and times that it gave; at most a microsecond each. */
  readonly effort: number;
  /** There may be more in the range. */
  readonly truncated: boolean;
}

const DAY = 86_400_000;
/** Periods looked through at most: 24 years of days. rrule-temporal itself gives up at 10,000. */
const MOST_PLAIN_PERIODS = 9_000;
/** Those of other rules take it up to a tenth of a millisecond each. */
const MOST_ODD_PERIODS = 1_000;
const ODD_EFFORT = 20;
/** From one occurrence of a plain rule to the next: 29 February may stay away for eight years. */
const MOST_EMPTY_PERIODS = 9;
const NOTHING: Expansion = { walls: [], effort: 0, truncated: false };

/**
 * The times of a rule within a range, for a series that begins at `start`; `until` is the last one allowed.
 * @throws NotReadable for a rule that rrule-temporal does not understand.
 */
export function expandRule(
  rule: RecurrenceRule,
  start: number,
  range: WallRange,
  until = Number.POSITIVE_INFINITY,
): Expansion {
  const last = rule.plain && rule.count !== undefined ? start + rule.count * rule.period * MOST_EMPTY_PERIODS : until;
  const to = Math.min(range.to, until, last);
  if (to < start || to < range.from) return NOTHING;
  // Counting begins at the start; without a count rrule-temporal begins at the range.
  const begin = rule.count === undefined ? Math.max(start, range.from) : start;
  const reach = begin + rule.period * (rule.plain ? MOST_PLAIN_PERIODS : MOST_ODD_PERIODS);
  if (reach < range.from) return { ...NOTHING, truncated: true };
  const end = Math.min(to, reach);
  const effort = Math.max((end - begin) / DAY, (end - begin) / rule.period) * (rule.plain ? 1 : ODD_EFFORT);
  const walls = timesBetween(rule, start, range.from, end);
  return { walls, effort: effort + walls.length, truncated: reach < to };
}

function timesBetween({ text }: RecurrenceRule, start: number, from: number, to: number): number[] {
  try {
    return new RRuleTemporal({
      rruleString: `RRULE:${text}`,
      dtstart: Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO('UTC'),
      cache: false,
    })
      .between(new Date(from), new Date(to), true)
      .map(({ epochMilliseconds }) => epochMilliseconds);
  } catch (error) {
    // It throws plain errors: for what is no rule, and when it found too little in 10,000 steps.
    throw new NotReadable('bad-rule', { cause: error });
  }
}
