import { type Interval, instantOf, msOf } from '../domain/interval.ts';
import type { EventLines, RecurrenceName } from './event-lines.ts';
import { type EventSpan, endAfter } from './event-span.ts';
import { type Effort, expandRule, type WallRange } from './expand-rule.ts';
import { type FeedTime, readTime } from './feed-time.ts';
import { valueIn, valuesIn } from './property.ts';
import { readRule } from './recurrence-rule.ts';
import { NotReadable } from './set-aside.ts';
import type { TimesOfCalendar } from './times-of-calendar.ts';
import { addDuration, UTC } from './zone.ts';

/** Dates between which series are expanded; `to` is not in it. */
export interface SeriesWindow {
  readonly from: string;
  readonly to: string;
}

/** What may still be spent on the series of one feed. */
export interface SeriesBudget extends Effort {
  occurrences: number;
}

/** One of a series' events, in the time of the feed. */
export interface Occurrence extends Interval {
  /** What names it within its series: the date or instant at which the rule puts it. */
  readonly key: string;
}

export interface SeriesReading {
  /** Those that touch the window, in order. */
  readonly occurrences: readonly Occurrence[];
  /** There are more in the window. */
  readonly truncated: boolean;
  /** The key of the occurrence that a RECURRENCE-ID names, whether or not it is within the window. */
  readonly keyOf: (recurrenceId: FeedTime) => string;
}

const MOST_OCCURRENCES = 1_000;
/** What it costs to read a date of a list. */
const DATE_EFFORT = 5;
const DAY = 86_400_000;

/** True for an event that states when it comes again. */
export function isSeries({ recurrence, tooLarge }: EventLines): boolean {
  return tooLarge || (recurrence.length > 0 && recurrence.some(({ name }) => name === 'RRULE' || name === 'RDATE'));
}

/**
 * The occurrences of a series within a window: its start, RRULE and RDATE, without EXRULE and EXDATE. It recurs by the
 * clock of its start's zone, so ten o'clock stays ten o'clock when clocks change.
 * @throws NotReadable when its recurrence cannot be understood or has no bounds worth the name.
 */
export function readSeries(
  lines: EventLines,
  span: EventSpan,
  times: TimesOfCalendar,
  window: SeriesWindow,
  budget: SeriesBudget,
): SeriesReading {
  if (lines.tooLarge) throw new NotReadable('too-large');
  if (budget.occurrences <= 0 || budget.effort <= 0) throw new NotReadable('too-many-occurrences');
  const series = new Series(lines, span, times);
  const range = { from: msOf(window.from) - Math.max(0, series.lengthMs - 1), to: msOf(window.to) - 1 };
  const { walls, truncated } = series.walls(range, budget);
  const most = Math.min(MOST_OCCURRENCES, budget.occurrences);
  const occurrences = walls.slice(0, most).map((wall) => series.occurrenceAt(wall));
  budget.occurrences -= occurrences.length;
  return { occurrences, truncated: truncated || walls.length > most, keyOf: (time) => series.keyOf(time) };
}

class Series {
  readonly lengthMs: number;
  readonly #lines: EventLines;
  readonly #span: EventSpan;
  readonly #times: TimesOfCalendar;
  /** Ends of those occurrences whose RDATE states one, by their wall-clock time. */
  readonly #ends = new Map<number, (start: string) => string>();

  constructor(lines: EventLines, span: EventSpan, times: TimesOfCalendar) {
    this.#lines = lines;
    this.#span = span;
    this.#times = times;
    this.lengthMs = Math.max(0, msOf(span.end) - msOf(span.start));
  }

  /** When its occurrences begin, by the clock, in order. */
  walls(range: WallRange, budget: SeriesBudget): { walls: number[]; truncated: boolean } {
    const start = this.#wallOf(this.#span.time);
    const ruled = this.#expand('RRULE', start, range, budget);
    const without = this.#expand('EXRULE', start, range, budget);
    const listed = this.#linesOf('RDATE').flatMap((line) => this.#readDates(line));
    const excluded = this.#linesOf('EXDATE').flatMap((line) => valuesIn(line).map(readTime));
    budget.effort -= (listed.length + excluded.length) * DATE_EFFORT;
    const excludedDates = new Set(excluded.map((time) => (time?.type === 'date' ? time.date : undefined)));
    const excludedWalls = new Set([
      ...without.walls,
      ...excluded.map((time) => (time === undefined ? undefined : this.#wallOf(time))),
    ]);
    const walls = [...new Set([start, ...ruled.walls, ...listed])]
      .filter((wall) => wall >= range.from && wall <= range.to)
      .filter((wall) => !excludedWalls.has(wall) && !excludedDates.has(dateOfWall(wall)))
      .sort((a, b) => a - b);
    return { walls, truncated: ruled.truncated };
  }

  occurrenceAt(wall: number): Occurrence {
    const key = this.#keyOfWall(wall);
    const end = this.#ends.get(wall)?.(key) ?? endAfter(key, this.#lines, this.#span);
    return { key, start: key, end };
  }

  keyOf(time: FeedTime): string {
    return this.#keyOfWall(this.#wallOf(time));
  }

  #keyOfWall(wall: number): string {
    return this.#isDate ? dateOfWall(wall) : this.#span.zone.instantAt(instantOf(wall).slice(0, -1));
  }

  get #isDate(): boolean {
    return this.#span.time.type === 'date';
  }

  #linesOf(wanted: RecurrenceName): string[] {
    return this.#lines.recurrence.filter(({ name }) => name === wanted).map(({ line }) => line);
  }

  #expand(name: 'RRULE' | 'EXRULE', start: number, range: WallRange, budget: SeriesBudget) {
    const walls: number[] = [];
    let truncated = false;
    for (const line of this.#linesOf(name)) {
      if (budget.effort <= 0) throw new NotReadable('too-many-occurrences');
      const rule = readRule(valueIn(line) ?? '');
      const expansion = expandRule(rule, start, range, budget, this.#lastWall(rule.until));
      walls.push(...expansion.walls);
      truncated ||= expansion.truncated;
    }
    return { walls, truncated };
  }

  /** The last time a rule may give. A date is that whole day; many programs end a series of times with one. */
  #lastWall(until: string | undefined): number | undefined {
    if (until === undefined) return undefined;
    const time = readTime(`:${until}`);
    if (time === undefined) throw new NotReadable('bad-rule');
    return time.type === 'date' ? msOf(time.date) + DAY - 1 : this.#wallOf(time);
  }

  /** A listed date is a time, or a period with an end or a duration of its own (RFC 5545, 3.8.5.2). */
  #readDates(line: string): number[] {
    return valuesIn(line).map((value) => {
      const at = value.indexOf('/', value.lastIndexOf(':'));
      const time = readTime(at === -1 ? value : value.slice(0, at));
      if (time === undefined) throw new NotReadable('bad-rule');
      const wall = this.#wallOf(time);
      if (at !== -1)
        this.#ends.set(wall, this.#endOfPeriod(value.slice(0, value.lastIndexOf(':') + 1), value.slice(at + 1)));
      return wall;
    });
  }

  #endOfPeriod(parameters: string, end: string): (start: string) => string {
    if (end.startsWith('P')) return (start) => addDuration(start, end, this.#span.zone);
    const time = readTime(parameters + end);
    if (time === undefined) throw new NotReadable('bad-rule');
    const moment = this.#times.momentOf(time, this.#zoneOf(time));
    return () => moment;
  }

  /** What the clock of the series shows at a time. */
  #wallOf(time: FeedTime): number {
    if (this.#isDate) return dayMeantBy(time);
    // A date among times means that day's occurrence.
    if (time.type === 'date') return msOf(time.date) + this.#timeOfDay;
    const zone = this.#zoneOf(time);
    const isOwn = time.type === 'local' && zone === this.#span.zone;
    return msOf(`${isOwn ? time.wall : this.#span.zone.wallAt(this.#times.momentOf(time, zone))}Z`);
  }

  /** A time without a zone stands in the clock of the series. */
  #zoneOf(time: FeedTime) {
    return time.type === 'local' && time.tzid === undefined ? this.#span.zone : this.#times.zoneOf(time);
  }

  get #timeOfDay(): number {
    const { time } = this.#span;
    if (time.type === 'date') return 0;
    const wall = time.type === 'local' ? time.wall : UTC.wallAt(time.instant);
    return msOf(`${wall}Z`) - msOf(wall.slice(0, 10));
  }
}

/** Among dates. Outlook writes a day as its midnight, and that in UTC: the midnight meant is the nearest. */
function dayMeantBy(time: FeedTime): number {
  if (time.type === 'instant') return Math.round(msOf(time.instant) / DAY) * DAY;
  return msOf(time.type === 'date' ? time.date : time.wall.slice(0, 10));
}

function dateOfWall(wall: number): string {
  return instantOf(wall).slice(0, 10);
}
