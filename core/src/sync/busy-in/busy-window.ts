import type { Binding } from '../../domain/binding.ts';
import { addDays, type Interval, instantOf } from '../../domain/interval.ts';

/** The stretch of time in which a calendar is read for what blocks. */
export interface BusyWindow {
  /** Instants between which the calendar is asked for the dates of series: wide enough for every zone. */
  readonly from: string;
  readonly to: string;
  /** What ends before this date is past for every zone. */
  readonly since: string;
  /** Dates of series that begin on this date or later are left for later. */
  readonly until: string;
}

/** How far ahead the dates of series are taken in: what publications show, and a month more. */
const DAYS_AHEAD = 760;
/** When so much is left, all are read again. Following the calendar daily would read it whole daily. */
const LEAST_DAYS_AHEAD = 730;

/** The window at `now` (milliseconds since 1970). */
export function busyWindow(now: number): BusyWindow {
  const today = instantOf(now).slice(0, 10);
  const until = addDays(today, DAYS_AHEAD);
  return {
    from: `${addDays(today, -3)}T00:00:00Z`,
    to: `${addDays(until, 1)}T00:00:00Z`,
    since: addDays(today, -2),
    until,
  };
}

/** True when what a pull would find changed is not enough: blocks are wanted or no longer, or the window has moved on. */
export function needsWholeRead({ busyIn, busyUntil }: Pick<Binding, 'busyIn' | 'busyUntil'>, now: number): boolean {
  if (busyUntil === undefined || !busyIn) return busyIn !== (busyUntil !== undefined);
  return busyUntil < addDays(instantOf(now).slice(0, 10), LEAST_DAYS_AHEAD);
}

/** True when an interval lies behind us: dates by the day, in UTC. */
export function isOver({ end }: Pick<Interval, 'end'>, now: number): boolean {
  return end <= instantOf(now).slice(0, end.length === 10 ? 10 : undefined);
}
