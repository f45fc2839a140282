import { type Effort, expandRule } from './expand-rule.ts';
import { type FeedTime, readTime } from './feed-time.ts';
import { LineCursor } from './line-cursor.ts';
import { canonicalInstant } from './local-time.ts';
import { valueIn, valuesIn } from './property.ts';
import { type RecurrenceRule, readRule } from './recurrence-rule.ts';
import type { Zone } from './zone.ts';

/** A change of the clocks. Wall-clock times as if they were UTC, offsets from UTC; both in milliseconds. */
interface Change {
  /** What clocks show when it comes, before it. */
  readonly wall: number;
  readonly before: number;
  readonly after: number;
}

/** Longer ones, or with more observances, describe no place on earth. */
const MOST_CHARACTERS = 65_536;
const MOST_OBSERVANCES = 50;
/** "The Sunday between the 8th and the 14th" combines seven days with one. */
const MOST_COMBINATIONS = 10;
/** Rules are followed within these years. */
const FOLLOWED = { from: Date.UTC(1970, 0, 1), to: Date.UTC(2060, 0, 1) };
/** Of the rules of one: some thirty that are followed to the end. Each is to have one or two of these. */
const MOST_EFFORT = 1_000_000;
const BOUNDARY = /^(BEGIN|END):(STANDARD|DAYLIGHT)\b/gim;
const OFFSET = /^([+-])(\d\d)(\d\d)(\d\d)?$/;

/** What a VTIMEZONE is called; empty when it names itself not at all. */
export function nameOfVtimezone(text: string): string {
  const cursor = new LineCursor(text, 0, text.length);
  while (cursor.next())
    if (cursor.name === 'TZID') return valueIn(cursor.rest(MOST_CHARACTERS))?.replaceAll('"', '').trim() ?? '';
  return '';
}

/**
 * The zone a VTIMEZONE describes (RFC 5545, 3.6.5); undefined when nothing of it can be read, or not all of it with what
 * may still be spent.
 */
export function readVtimezone(text: string, budget: Effort = { effort: MOST_EFFORT }): Zone | undefined {
  if (text.length > MOST_CHARACTERS || budget.effort <= 0) return undefined;
  const changes: Change[] = [];
  for (const observance of observancesIn(text).slice(0, MOST_OBSERVANCES)) {
    try {
      for (const change of changesOf(observance, budget)) changes.push(change);
    } catch {
      // One that cannot be read leaves the others: better than a zone that is only guessed.
    }
  }
  // Half of its changes would tell a wrong time for half of each year.
  if (budget.effort <= 0) return undefined;
  changes.sort((a, b) => a.wall - b.wall);
  return changes[0] === undefined ? undefined : zoneOfChanges(changes, changes[0].before);
}

/** Where one begins while another is open, that one has no end. */
function observancesIn(text: string): string[] {
  const observances: string[] = [];
  let open: { readonly kind: string; readonly from: number } | undefined;
  for (const { index, 0: line, 1: keyword = '', 2: name = '' } of text.matchAll(BOUNDARY)) {
    const kind = name.toUpperCase();
    if (keyword.toUpperCase() === 'BEGIN') open = { kind, from: index };
    else if (open?.kind === kind) {
      observances.push(text.slice(open.from, index + line.length));
      open = undefined;
    }
  }
  return observances;
}

function zoneOfChanges(changes: readonly Change[], first: number): Zone {
  // A time that clocks skip is reckoned as if they had not yet been put forward.
  const byWall = lastOf(changes.map(({ wall, before, after }) => wall + Math.max(0, after - before)));
  const byInstant = lastOf(changes.map(({ wall, before }) => wall - before));
  const offsetOf = (index: number) => changes[index]?.after ?? first;
  return {
    instantAt: (wall) => {
      const ms = msOfWall(wall);
      return canonicalInstant(ms - offsetOf(byWall(ms)));
    },
    wallAt: (instant) => {
      const ms = Date.parse(instant);
      return canonicalInstant(ms + offsetOf(byInstant(ms))).slice(0, -1);
    },
  };
}

/** Finds the last of some moments that has passed, in the time of a search; -1 when none has. They are nearly in order. */
function lastOf(moments: readonly number[]): (ms: number) => number {
  // From each on, the earliest: these are in order, and the last that has passed stands where it stood.
  const earliest = [...moments];
  for (let at = earliest.length - 2; at >= 0; at--) {
    earliest[at] = Math.min(earliest[at] ?? 0, earliest[at + 1] ?? Number.POSITIVE_INFINITY);
  }
  return (ms) => {
    let [low, high] = [0, earliest.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((earliest[middle] ?? 0) <= ms) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };
}

function changesOf(observance: string, budget: Effort): Change[] {
  const cursor = new LineCursor(observance, 0, observance.length);
  const lines = new Map<string, string[]>();
  while (cursor.next()) {
    const known = lines.get(cursor.name);
    if (known) known.push(cursor.rest(observance.length));
    else lines.set(cursor.name, [cursor.rest(observance.length)]);
  }
  const linesOf = (name: string) => lines.get(name) ?? [];
  const before = offsetOf(linesOf('TZOFFSETFROM')[0]);
  const after = offsetOf(linesOf('TZOFFSETTO')[0]);
  const start = msOfTime(readTime(linesOf('DTSTART')[0] ?? ''));
  const rules = linesOf('RRULE').map((line) => readRule(valueIn(line) ?? ''));
  if (!rules.every(isRuleOfClocks)) throw new RangeError('clocks change by the year');
  const walls = new Set([
    start,
    ...linesOf('RDATE').flatMap((line) => valuesIn(line).map((value) => msOfTime(readTime(value)))),
    ...rules.flatMap((rule) => {
      const until = rule.until === undefined ? undefined : untilOf(rule.until, before);
      if (budget.effort <= 0) throw new RangeError('it takes too long to read');
      return expandRule(rule, start, FOLLOWED, budget, until).walls;
    }),
  ]);
  return [...walls].map((wall) => ({ wall, before, after }));
}

function isRuleOfClocks({ text, combinations }: RecurrenceRule): boolean {
  return text.includes('FREQ=YEARLY') && combinations <= MOST_COMBINATIONS;
}

/** UNTIL is in UTC here (RFC 5545, 3.6.5), the rule in the clocks before the change. */
function untilOf(value: string, before: number): number {
  const time = readTime(`:${value}`);
  return msOfTime(time) + (time?.type === 'instant' ? before : 0);
}

function msOfTime(time: FeedTime | undefined): number {
  if (time === undefined) throw new RangeError('no time');
  if (time.type === 'date') return msOfWall(`${time.date}T00:00:00`);
  return time.type === 'local' ? msOfWall(time.wall) : Date.parse(time.instant);
}

function msOfWall(wall: string): number {
  return Date.parse(`${wall}Z`);
}

function offsetOf(line = ''): number {
  const [, sign, hours, minutes, seconds = '0'] = OFFSET.exec(valueIn(line)?.trim() ?? '') ?? [];
  if (sign === undefined) throw new RangeError('no offset from UTC');
  const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  return sign === '-' ? -ms : ms;
}
