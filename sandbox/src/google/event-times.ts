import type { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';
import { Temporal } from 'temporal-polyfill';
import { GoogleApiError, invalid, required, timeRangeEmpty } from './google-error.ts';

/** One end of an event: a date, or an instant in milliseconds since 1970 with the zone it is told in. */
export type EventTime =
  | { readonly kind: 'date'; readonly date: string }
  | { readonly kind: 'instant'; readonly ms: number; readonly timeZone: string };

/** Both ends of an event, half-open, of one kind. */
export interface EventTimes {
  readonly start: EventTime;
  readonly end: EventTime;
}

const DATE = /^\d{4}-\d\d-\d\d$/;
const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)?$/;
const OFFSET = /([Zz]|[+-]\d\d:\d\d)$/;
const ZONE_NAME = /^[A-Za-z][\w+/-]*$/;

/**
 * The times of an event body. A `dateTime` needs an offset or a zone, those of a recurring event a zone; what has none
 * gets the calendar's. Fractions of seconds are cut.
 * @throws GoogleApiError 400 as Google words it.
 */
export function readEventTimes(event: calendar_v3.Schema$Event, calendarZone: string): EventTimes {
  if (!event.end) throw required('Missing end time.');
  if (!event.start) throw required('Missing start time.');
  const recurring = (event.recurrence?.length ?? 0) > 0;
  const start = readEventTime(event.start, 'start', calendarZone, recurring);
  const end = readEventTime(event.end, 'end', calendarZone, recurring);
  if (start.kind !== end.kind) throw invalid('Start and end times must either both be date or both be dateTime.');
  if (isEmpty(start, end)) throw timeRangeEmpty();
  return { start, end };
}

/** The event's two times as the API answers them in `zone`; the zone the event itself was given in stays beside them. */
export function renderEventTimes(
  times: EventTimes,
  zone: string,
): { start: calendar_v3.Schema$EventDateTime; end: calendar_v3.Schema$EventDateTime } {
  return { start: renderEventTime(times.start, zone), end: renderEventTime(times.end, zone) };
}

/** An instant with the offset that `zone` has then: `2027-05-01T10:00:00-04:00`, with `Z` for an offset of nothing. */
export function renderInstant(ms: number, zone: string): string {
  const time = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
  return time.toString({ smallestUnit: 'second', timeZoneName: 'never' }).replace('+00:00', 'Z');
}

/** Milliseconds since 1970; a date is its midnight in `zone`. */
export function instantMs(time: EventTime, zone: string): number {
  if (time.kind === 'instant') return time.ms;
  return Temporal.PlainDate.from(time.date).toZonedDateTime(zone).epochMilliseconds;
}

/**
 * Milliseconds since 1970 of a query parameter, which must carry an offset.
 * @throws GoogleApiError 400.
 */
export function readInstantParameter(value: string, parameter: string): number {
  const text = value.replace(' ', '+');
  const ms = DATE_TIME.test(text) && OFFSET.test(text) ? instantOfText(text) : undefined;
  if (ms === undefined) {
    const where = { locationType: 'parameter', location: parameter } as const;
    throw new GoogleApiError(400, { domain: 'global', reason: 'badRequest', message: 'Bad Request', ...where });
  }
  return ms;
}

/** True for a name of the IANA Time Zone Database. */
export function isTimeZone(name: string): boolean {
  if (!ZONE_NAME.test(name)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param which `start` or `end`, for the message.
 * @throws GoogleApiError 400.
 */
export function readEventTime(
  value: calendar_v3.Schema$EventDateTime,
  which: string,
  calendarZone: string,
  recurring: boolean,
): EventTime {
  const { date, dateTime, timeZone } = value;
  if (timeZone && !isTimeZone(timeZone)) throw invalid(`Invalid time zone definition for ${which} time.`);
  if (date && dateTime) throw invalid(`Invalid ${which} time.`);
  if (date) return { kind: 'date', date: readDate(date) };
  if (!dateTime) throw required(`Missing ${which} time.`);
  if (!timeZone && (recurring || !OFFSET.test(dateTime))) {
    throw required(`Missing time zone definition for ${which} time.`);
  }
  const zone = timeZone ?? calendarZone;
  const ms = DATE_TIME.test(dateTime) ? instantOfText(dateTime, zone) : undefined;
  if (ms === undefined) throw invalid(`Invalid value for: Invalid format: "${dateTime}"`);
  return { kind: 'instant', ms, timeZone: zone };
}

function renderEventTime(time: EventTime, zone: string): calendar_v3.Schema$EventDateTime {
  if (time.kind === 'date') return { date: time.date };
  return { dateTime: renderInstant(time.ms, zone), timeZone: time.timeZone };
}

function readDate(date: string): string {
  if (DATE.test(date)) {
    try {
      return Temporal.PlainDate.from(date, { overflow: 'reject' }).toString();
    } catch {
      // Falls to the refusal below: the 31st of a month that has none.
    }
  }
  throw invalid(`Invalid value for: Invalid format: "${date}"`);
}

function instantOfText(text: string, zone?: string): number | undefined {
  try {
    const hasOffset = zone === undefined || OFFSET.test(text);
    const ms = hasOffset
      ? Temporal.Instant.from(text).epochMilliseconds
      : Temporal.PlainDateTime.from(text, { overflow: 'reject' }).toZonedDateTime(zone).epochMilliseconds;
    return Math.floor(ms / 1000) * 1000;
  } catch {
    return undefined;
  }
}

/** Days have a length; meetings of no minutes exist. */
function isEmpty(start: EventTime, end: EventTime): boolean {
  if (start.kind === 'date') return end.kind === 'date' && end.date <= start.date;
  return end.kind === 'instant' && end.ms < start.ms;
}
