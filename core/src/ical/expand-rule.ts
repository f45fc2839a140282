import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import type { RecurrenceRule } from './recurrence-rule.ts';
import { NotReadable } from './set-aside.ts';

/** Wall-clock times as if they were UTC, in milliseconds: a rule recurs by the clock, not by elapsed time. */
export interface WallRange {
  readonly from: number;
  readonly to: number;
}

/** What may still be spent, in days of a plain rule and times that it gave; at most a microsecond each. */
export interface Effort {
  effort: number;
}

export interface Expansion {
  readonly walls: readonly number[];
  /** There may be more in the range. */
  readonly truncated: boolean;
}

const DAY = 86_400_000;
/** Periods looked through at most: 24 years of days. rrule-temporal itself gives up at 10,000. */
const MOST_PLAIN_PERIODS = 9_000;
/** Those of other rules take it up to a tenth of a millisecond each. */
const MOST_ODD_PERIODS = 1_000;
const ODD_EFFORT = 20;
/** Those of another calendar: what a day of it costs, as years and months are counted in days, and each period. */
const FOREIGN_EFFORT = { day: 4, period: 100 };
/** From one occurrence of a plain rule to the next: 29 February may stay away for eight years. */
const MOST_EMPTY_PERIODS = 9;
const NOTHING: Expansion = { walls: [], truncated: false };

/**
 * The times of a rule within a range, for a series that begins at `start`; `until` is the last one allowed. What it costs
 * is taken from `budget`, also when it throws.
 * @throws NotReadable for a rule that rrule-temporal does not understand.
 */
export function expandRule(
  rule: RecurrenceRule,
  start: number,
  range: WallRange,
  budget: Effort,
  until = Number.POSITIVE_INFINITY,
): Expansion {
  const last = rule.plain && rule.count !== undefined ? start + rule.count * rule.period * MOST_EMPTY_PERIODS : until;
  const to = Math.min(range.to, until, last);
  if (to < start || to < range.from) return NOTHING;
  // Counting begins at the start, and so does another calendar; else rrule-temporal begins at the range.
  const begin = rule.count === undefined && !rule.foreign ? Math.max(start, range.from) : start;
  const reach = begin + rule.period * (rule.plain ? MOST_PLAIN_PERIODS : MOST_ODD_PERIODS);
  if (reach < range.from) return { ...NOTHING, truncated: true };
  const end = Math.min(to, reach);
  budget.effort -= effortOf(rule, (end - begin) / DAY, (end - begin) / rule.period);
  const walls = timesBetween(rule, start, range.from, end);
  budget.effort -= walls.length;
  return { walls, truncated: reach < to };
}

function effortOf({ plain, foreign }: RecurrenceRule, days: number, periods: number): number {
  if (foreign) return days * FOREIGN_EFFORT.day + periods * FOREIGN_EFFORT.period;
  return Math.max(days, periods) * (plain ? 1 : ODD_EFFORT);
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
