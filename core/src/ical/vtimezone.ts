import { expandRule } from './expand-rule.ts';
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
const OFFSET = /^([+-])(\d\d)(\d\d)(\d\d)?$/;

/** What a VTIMEZONE is called; empty when it names itself not at all. */
export function nameOfVtimezone(text: string): string {
  const cursor = new LineCursor(text, 0, text.length);
  while (cursor.next())
    if (cursor.name === 'TZID') return valueIn(cursor.rest(MOST_CHARACTERS))?.replaceAll('"', '').trim() ?? '';
  return '';
}

/** The zone a VTIMEZONE describes (RFC 5545, 3.6.5); undefined when nothing of it can be read. */
export function readVtimezone(text: string): Zone | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  const changes: Change[] = [];
  const observances = text.match(/^BEGIN:(STANDARD|DAYLIGHT)\s[\s\S]*?^END:\1/gim) ?? [];
  for (const observance of observances.slice(0, MOST_OBSERVANCES)) {
    try {
      changes.push(...changesOf(observance));
    } catch {
      // One that cannot be read leaves the others: better than a zone that is only guessed.
    }
  }
  changes.sort((a, b) => a.wall - b.wall);
  return changes[0] === undefined ? undefined : zoneOfChanges(changes, changes[0].before);
}

function zoneOfChanges(changes: readonly Change[], first: number): Zone {
  const offsetAt = (isPast: (change: Change) => boolean) => changes.findLast(isPast)?.after ?? first;
  return {
    instantAt: (wall) => {
      const ms = msOfWall(wall);
      // A time that clocks skip is reckoned as if they had not yet been put forward.
      const offset = offsetAt((change) => change.wall + Math.max(0, change.after - change.before) <= ms);
      return canonicalInstant(ms - offset);
    },
    wallAt: (instant) => {
      const ms = Date.parse(instant);
      return canonicalInstant(ms + offsetAt((change) => change.wall - change.before <= ms)).slice(0, -1);
    },
  };
}

function changesOf(observance: string): Change[] {
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
      return expandRule(rule, start, FOLLOWED, until).walls;
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
