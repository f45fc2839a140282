import { addDays, type Interval, msOf } from '../domain/interval.ts';
import type { ResourceKind } from '../domain/resource.ts';
import type { EventLines } from './event-lines.ts';
import type { FeedTime } from './feed-time.ts';
import { canonicalInstant, LAST_INSTANT } from './local-time.ts';
import { valueIn } from './property.ts';
import { NotReadable } from './set-aside.ts';
import type { TimesOfCalendar } from './times-of-calendar.ts';
import { addDuration, type Zone } from './zone.ts';

/** The resource in whose time entries are to be. */
export interface FeedResource {
  readonly kind: ResourceKind;
  /** IANA name. */
  readonly timeZone: string;
}

/** The time of the resource. */
export interface ResourceTime {
  readonly kind: ResourceKind;
  readonly zone: Zone;
  /** Instants at which dates begin there, as far as they were asked for: a feed names each of its days many times. */
  readonly midnights: Map<string, string>;
}

/** When an event is, as its feed says: dates, or instants. */
export interface EventSpan extends Interval {
  /** As it is written. */
  readonly time: FeedTime;
  /** The zone of the start, in whose clock a series recurs. */
  readonly zone: Zone;
}

/**
 * When the event is. A date alone is that day, a time alone takes none (RFC 5545, 3.6.1), and an end equal to its start
 * is read as if it were absent: programs write it for a day. `endsOnLastDay` as in `PlatformRules`.
 * @throws NotReadable
 */
export function readSpan(lines: EventLines, times: TimesOfCalendar, endsOnLastDay = false): EventSpan {
  if (lines.start === undefined) throw new NotReadable('no-start');
  if (lines.contradictory) throw new NotReadable('contradictory-times');
  const time = times.read(lines.start) ?? refuse('bad-time');
  const zone = times.zoneOf(time);
  const start = times.momentOf(time, zone);
  const end = readEnd(lines, start, times, zone);
  return { time, zone, start, end: endsOnLastDay && isDay(end) ? nextDay(end) : orDay(start, end) };
}

/** The end of something that begins at `start` and takes as long as the event. Days are days, hours are hours. */
export function endAfter(start: string, lines: EventLines, span: EventSpan): string {
  if (lines.end === undefined && lines.duration !== undefined) {
    // A series keeps its nominal duration (RFC 5545, 3.8.5.3), so a day stays a day when clocks change.
    return orDay(start, addDuration(start, valueIn(lines.duration)?.trim() ?? '', span.zone));
  }
  const ms = msOf(start) + msOf(span.end) - msOf(span.start);
  const end = canonicalInstant(ms);
  return isDay(start) && isDay(span.end) ? end.slice(0, 10) : end;
}

/**
 * A span in the time of the resource: on a nightly one the nights between its local dates, on a timed one instants, a
 * date beginning at local midnight.
 * @throws NotReadable when no time, or no night, is left.
 */
export function toResourceTime({ start, end }: Interval, resource: ResourceTime): Interval {
  const interval = { start: toTimeOf(resource, start), end: toTimeOf(resource, end) };
  if (interval.start < interval.end) return interval;
  if (interval.end < interval.start) throw new NotReadable('end-before-start');
  if (start.length === end.length && end <= start)
    throw new NotReadable(end < start ? 'end-before-start' : 'takes-no-time');
  throw new NotReadable('covers-no-night');
}

function readEnd(lines: EventLines, start: string, times: TimesOfCalendar, zone: Zone): string {
  if (lines.end !== undefined) {
    return times.momentOf(times.read(lines.end) ?? refuse('bad-time'));
  }
  if (lines.duration === undefined) return start;
  try {
    return addDuration(start, valueIn(lines.duration)?.trim() ?? '', zone);
  } catch {
    throw new NotReadable('bad-time');
  }
}

function orDay(start: string, end: string): string {
  return start === end && isDay(start) ? nextDay(start) : end;
}

/** The calendar ends with the year 9999. */
function nextDay(date: string): string {
  return date === LAST_INSTANT.slice(0, 10) ? date : addDays(date, 1);
}

function toTimeOf({ kind, zone, midnights }: ResourceTime, time: string): string {
  if (kind === 'nightly') return isDay(time) ? time : zone.wallAt(time).slice(0, 10);
  if (!isDay(time)) return time;
  const midnight = midnights.get(time) ?? zone.instantAt(`${time}T00:00:00`);
  midnights.set(time, midnight);
  return midnight;
}

function isDay(time: string): boolean {
  return time.length === 10;
}

function refuse(reason: 'bad-time'): never {
  throw new NotReadable(reason);
}
