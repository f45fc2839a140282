import ical, {
  escape as escapeText,
  ICalEventBusyStatus,
  type ICalEventData,
  ICalEventStatus,
  ICalEventTransparency,
} from 'ical-generator';
import { Temporal } from 'temporal-polyfill';
import { type Interval, isDate } from '../domain/interval.ts';
import { oneLine } from './one-line.ts';
import { writeVtimezone } from './write-vtimezone.ts';

export interface CalendarToWrite {
  readonly name: string;
  /** The zone the resources live in: a hint for programs that show the calendar. */
  readonly timeZone: string;
  /**
   * Instants are told as the clocks of that zone show them, with a VTIMEZONE, for programs that want to know where
   * something is; otherwise in UTC.
   */
  readonly isZoned?: boolean;
  /** DTSTAMP of every event, a canonical instant. Given by the caller, so that equal calendars are equal bytes. */
  readonly stampAt: string;
  /** How often it is worth asking again, an ISO 8601 duration; nothing is said when absent. */
  readonly refreshEvery?: string;
  readonly events: readonly EventToWrite[];
}

/** An event with canonical dates or instants. The title is what strangers may read. */
export interface EventToWrite extends Interval {
  readonly uid: string;
  readonly title: string;
  /** Grows when its time changes. */
  readonly sequence?: number;
  /** The time is taken, which is what it is when nothing is said; or is left. */
  readonly isFree?: boolean;
  /** Also says so in Microsoft's words. */
  readonly forOutlook?: boolean;
}

/**
 * The calendar as iCalendar text: dates as DATE, instants in UTC or zoned, lines folded and ended with CRLF, no METHOD.
 * Titles and names may hold anything; what would end their line or cannot be shown becomes a blank, and what is longer
 * than anybody reads is cut.
 */
export function writeCalendar(calendar: CalendarToWrite): string {
  const stamp = Temporal.Instant.from(calendar.stampAt);
  const zone = calendar.isZoned ? zoneOf(calendar) : undefined;
  const document = ical({
    prodId: { company: 'Dovetail', product: 'Dovetail' },
    // ical-generator escapes summaries and X properties, but writes names and UIDs as they are.
    name: escapeText(oneLine(calendar.name), false),
    timezone: { name: null, generator: () => zone?.vtimezone ?? null },
    events: calendar.events.map((event) => toEventData(event, stamp, zone?.name)),
  });
  // It leaves out the last line's end (RFC 5545, 3.1).
  return withProperties(`${document.toString()}\r\n`, calendar);
}

/** A calendar's properties come before its components (RFC 5545, 3.4); ical-generator writes these between and behind. */
function withProperties(document: string, { timeZone, refreshEvery }: CalendarToWrite): string {
  const lines = [
    `X-WR-TIMEZONE:${timeZone}`,
    ...(refreshEvery === undefined
      ? []
      : [`REFRESH-INTERVAL;VALUE=DURATION:${refreshEvery}`, `X-PUBLISHED-TTL:${refreshEvery}`]),
  ];
  return document.replace(/^PRODID:.*\r\n/m, (prodId) => `${prodId}${lines.join('\r\n')}\r\n`);
}

/** The zone to tell instants in, where there are any. UTC is told as UTC. */
function zoneOf({ timeZone, events }: CalendarToWrite): { name: string; vtimezone: string } | undefined {
  const timed = events.filter(({ start }) => !isDate(start));
  if (timed.length === 0 || timeZone === 'UTC') return undefined;
  const first = timed.reduce((least, { start }) => (start < least ? start : least), timed[0]?.start ?? '');
  const last = timed.reduce((most, { end }) => (end > most ? end : most), '');
  return { name: timeZone, vtimezone: writeVtimezone(timeZone, first, last) };
}

/** Temporal values only: it prints a plain `Date` in the process's own zone. */
function toEventData(event: EventToWrite, stamp: Temporal.Instant, timeZone: string | undefined): ICalEventData {
  const isFree = event.isFree ?? false;
  const common = {
    id: escapeText(oneLine(event.uid), false),
    summary: oneLine(event.title),
    stamp,
    sequence: event.sequence ?? 0,
    status: ICalEventStatus.CONFIRMED,
    transparency: isFree ? ICalEventTransparency.TRANSPARENT : ICalEventTransparency.OPAQUE,
    ...(event.forOutlook && { busystatus: isFree ? ICalEventBusyStatus.FREE : ICalEventBusyStatus.BUSY }),
  };
  if (isDate(event.start)) {
    const [start, end] = [Temporal.PlainDate.from(event.start), Temporal.PlainDate.from(event.end)];
    return { ...common, allDay: true, start, end };
  }
  const [start, end] = [Temporal.Instant.from(event.start), Temporal.Instant.from(event.end)];
  const isTold = timeZone !== undefined && [start, end].every((instant) => isPlain(instant, timeZone));
  return { ...common, start, end, ...(isTold && { timezone: timeZone }) };
}

/**
 * False for a time that clocks show twice. Told in the zone it means the first (RFC 5545, 3.3.5), but half of the programs
 * take it for the second.
 */
function isPlain(instant: Temporal.Instant, timeZone: string): boolean {
  const wall = instant.toZonedDateTimeISO(timeZone).toPlainDateTime();
  const [first, second] = (['earlier', 'later'] as const).map(
    (disambiguation) => wall.toZonedDateTime(timeZone, { disambiguation }).epochMilliseconds,
  );
  return first === second;
}
