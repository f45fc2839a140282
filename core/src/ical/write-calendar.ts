import ical, { escape as escapeText, type ICalEventData } from 'ical-generator';
import { Temporal } from 'temporal-polyfill';
import { type Interval, isDate } from '../domain/interval.ts';

export interface CalendarToWrite {
  readonly name: string;
  /** The zone the resource lives in: a hint for programs that show the calendar. The times themselves need none. */
  readonly timeZone: string;
  /** DTSTAMP of every event, a canonical instant. Given by the caller, so that equal calendars are equal bytes. */
  readonly stampAt: string;
  readonly events: readonly EventToWrite[];
}

/** An event with canonical dates or instants. The title is what strangers may read. */
export interface EventToWrite extends Interval {
  readonly uid: string;
  readonly title: string;
}

/**
 * The calendar as iCalendar text: dates as DATE, instants in UTC, lines folded and ended with CRLF, no METHOD. Titles
 * and names may hold anything; what would end their line or cannot be shown becomes a blank.
 */
export function writeCalendar(calendar: CalendarToWrite): string {
  const stamp = Temporal.Instant.from(calendar.stampAt);
  const document = ical({
    prodId: { company: 'Dovetail', product: 'Dovetail' },
    // ical-generator escapes summaries and X properties, but writes names and UIDs as they are.
    name: escapeText(oneLine(calendar.name), false),
    x: { 'X-WR-TIMEZONE': calendar.timeZone },
    events: calendar.events.map((event) => toEventData(event, stamp)),
  });
  // It leaves out the last line's end (RFC 5545, 3.1).
  return `${document.toString()}\r\n`;
}

/** Temporal values only: it prints a plain `Date` in the process's own zone. */
function toEventData(event: EventToWrite, stamp: Temporal.Instant): ICalEventData {
  const texts = { id: escapeText(oneLine(event.uid), false), summary: oneLine(event.title), stamp };
  if (!isDate(event.start)) {
    return { ...texts, start: Temporal.Instant.from(event.start), end: Temporal.Instant.from(event.end) };
  }
  const [start, end] = [Temporal.PlainDate.from(event.start), Temporal.PlainDate.from(event.end)];
  return { ...texts, allDay: true, start, end };
}

function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}
