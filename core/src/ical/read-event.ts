import { type DateWithTimeZone, sync, type VEvent } from 'node-ical';
import type { FeedEntry } from '../domain/feed.ts';
import { digest } from '../domain/identity.ts';
import { addDays, type Interval, instantOf, isDate } from '../domain/interval.ts';
import type { ResourceKind } from '../domain/resource.ts';
import { describeEntry } from './describe-entry.ts';
import { type FramedEvent, type Property, readProperty } from './frame-calendar.ts';
import { addDuration, dateAt, instantAt, isTimeZone, startOfDay } from './local-time.ts';

/** Why an event could not become an entry. */
export type SetAsideReason =
  | 'cut-off'
  | 'no-start'
  | 'bad-time'
  | 'unknown-time-zone'
  | 'end-not-after-start'
  | 'covers-no-night'
  | 'recurring'
  | 'unreadable';

/** The resource whose time the entries are to be in. */
export interface FeedResource {
  readonly kind: ResourceKind;
  /** IANA name; times without a zone of their own are meant in it. */
  readonly timeZone: string;
}

export type EventReading =
  | { readonly type: 'entry'; readonly entry: FeedEntry }
  /** Readable, but it keeps nobody from the time: called off, or marked as free. */
  | { readonly type: 'free'; readonly entry: FeedEntry; readonly reason: 'cancelled' | 'transparent' }
  | { readonly type: 'set-aside'; readonly reason: SetAsideReason };

/** All that node-ical gets to see. What it does not need cannot confuse it. */
const HANDED_OVER = new Set(['DTSTART', 'DTEND', 'SUMMARY', 'DESCRIPTION', 'STATUS', 'TRANSP']);

class NotReadable extends Error {
  readonly reason: SetAsideReason;

  constructor(reason: SetAsideReason) {
    super(reason);
    this.reason = reason;
  }
}

/** Reads one VEVENT in terms of the resource; `timeZones` are the VTIMEZONEs of its document. */
export function readEvent(event: FramedEvent, timeZones: readonly string[], resource: FeedResource): EventReading {
  try {
    return interpret(event, timeZones, resource);
  } catch (error) {
    // node-ical throws plain errors, Temporal RangeErrors: each concerns this event alone, and its text is kept.
    return { type: 'set-aside', reason: error instanceof NotReadable ? error.reason : 'unreadable' };
  }
}

function interpret(event: FramedEvent, timeZones: readonly string[], resource: FeedResource): EventReading {
  if (!event.whole) throw new NotReadable('cut-off');
  const properties = event.lines.map(readProperty).filter((property) => property !== undefined);
  const find = (name: string) => properties.find((property) => property.name === name);
  // Only the first of a series would be seen here: half an answer is worse than one that staff are told is missing.
  if (find('RRULE') || find('RDATE')) throw new NotReadable('recurring');
  const parsed = parse(properties, timeZones);
  const interval = toResourceTime(readInterval(find, parsed, resource.timeZone), resource);
  const summary = textOf(parsed.summary);
  const entry: FeedEntry = {
    uid: find('UID')?.value.trim() || digest('no-uid', interval.start, interval.end, summary),
    recurrenceId: find('RECURRENCE-ID')?.value ?? '',
    ...interval,
    ...describeEntry(summary, textOf(parsed.description)),
  };
  if (textOf(parsed.status).toUpperCase() === 'CANCELLED') return { type: 'free', entry, reason: 'cancelled' };
  if (textOf(parsed.transparency).toUpperCase() === 'TRANSPARENT')
    return { type: 'free', entry, reason: 'transparent' };
  return { type: 'entry', entry };
}

/** Lets node-ical read the event by itself, under a UID of ours: it keys its result by UID, and some break it. */
function parse(properties: readonly Property[], timeZones: readonly string[]): VEvent {
  const lines = properties
    .filter(({ name }) => HANDED_OVER.has(name))
    .map(({ name, parameters, value }) => `${name}${parameters}:${value}`);
  const zones = lines.some((line) => line.includes('TZID=')) ? timeZones : [];
  const parsed = sync.parseICS(
    ['BEGIN:VCALENDAR', ...zones, 'BEGIN:VEVENT', 'UID:event', ...lines, 'END:VEVENT', 'END:VCALENDAR'].join('\r\n'),
  )['event'];
  if (parsed?.type !== 'VEVENT') throw new NotReadable('unreadable');
  return parsed as VEvent;
}

function readInterval(find: (name: string) => Property | undefined, parsed: VEvent, timeZone: string): Interval {
  const [dtstart, dtend, duration] = [find('DTSTART'), find('DTEND'), find('DURATION')];
  if (!dtstart) throw new NotReadable('no-start');
  const start = readTime(dtstart, parsed.start, timeZone);
  if (dtend) return { start, end: readTime(dtend, parsed.end, timeZone) };
  if (duration) return { start, end: addDuration(start, duration.value.trim(), parsed.start?.tz ?? timeZone) };
  // RFC 5545, 3.6.1: a date alone is that day, a time alone takes no time.
  return { start, end: isDate(start) ? addDays(start, 1) : start };
}

/**
 * A date stays a date. Only times with a TZID are taken from node-ical: it reads dates and floating times in the
 * process's own zone, and rolls impossible days over.
 */
function readTime(property: Property, parsed: DateWithTimeZone | undefined, timeZone: string): string {
  const value = property.value.trim();
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)/.exec(value) ?? [];
  const date = `${year}-${month}-${day}`;
  if (!isDate(date)) throw new NotReadable('bad-time');
  if (/;VALUE=DATE(;|$)/i.test(property.parameters) || value.length === 8) return date;
  const [, hour, minute, second, utc] = /^.{8}T([01]\d|2[0-3])([0-5]\d)([0-5]\d)(Z?)$/.exec(value) ?? [];
  if (hour === undefined) throw new NotReadable('bad-time');
  const wallTime = `${date}T${hour}:${minute}:${second}`;
  if (utc) return `${wallTime}Z`;
  if (!/;TZID=/i.test(property.parameters)) return instantAt(wallTime, timeZone);
  if (!(parsed instanceof Date)) throw new NotReadable('bad-time');
  // A zone it does not know it reads as the process's own; it keeps the name, which no calendar knows either.
  if (parsed.tz === undefined || !isTimeZone(parsed.tz)) throw new NotReadable('unknown-time-zone');
  return instantOf(parsed.getTime());
}

function toResourceTime(interval: Interval, resource: FeedResource): Interval {
  const start = toTimeOf(resource, interval.start);
  const end = toTimeOf(resource, interval.end);
  if (start < end) return { start, end };
  const isEmpty = interval.start.length === interval.end.length && interval.end <= interval.start;
  throw new NotReadable(isEmpty || end < start ? 'end-not-after-start' : 'covers-no-night');
}

function toTimeOf({ kind, timeZone }: FeedResource, time: string): string {
  if (kind === 'nightly') return isDate(time) ? time : dateAt(time, timeZone);
  return isDate(time) ? startOfDay(time, timeZone) : time;
}

/** node-ical gives a property with parameters as an object, and one that is repeated as an array. */
function textOf(value: unknown): string {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first === 'string') return first;
  if (typeof first === 'object' && first !== null && 'val' in first) return String(first.val);
  return '';
}
