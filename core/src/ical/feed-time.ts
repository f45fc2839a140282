import { instantOf, isInstant } from '../domain/interval.ts';
import { parameterIn, valueIn } from './property.ts';

/**
 * A time as a feed states it. Dates (`2027-05-01`), wall-clock times (`2027-05-01T10:00:00`) and instants
 * (`2027-05-01T10:00:00Z`) are strings, so no process time zone can interfere.
 */
export type FeedTime =
  | { readonly type: 'date'; readonly date: string }
  | { readonly type: 'instant'; readonly instant: string }
  /** In the zone called `tzid`, or in none when it names none. */
  | { readonly type: 'local'; readonly wall: string; readonly tzid: string | undefined };

/** RFC 5545's forms, and with hyphens, without seconds, with fractions or an offset, as some programs write them. */
const TIME =
  /^(\d{4})-?(\d\d)-?(\d\d)(?:[Tt ]([01]\d|2[0-3]):?([0-5]\d)(?::?([0-5]\d|60)(?:\.\d{1,9})?)?([Zz]|[+-]\d\d:?\d\d)?)?$/;
/** What nearly every platform sends. */
const PLAIN_DATE = /^;VALUE=DATE:(\d{4})(\d\d)(\d\d)$/;

/**
 * Reads a DTSTART, DTEND, RECURRENCE-ID or one value of a list, from a line without its name. Undefined for what is no
 * time or names no real one, as month 13 and 31 February. Without seconds means at the full minute.
 */
export function readTime(line: string): FeedTime | undefined {
  const [, year, month = '', day = ''] = PLAIN_DATE.exec(line) ?? [];
  if (year !== undefined) {
    const date = dateOf(year, month, day);
    return date === undefined ? undefined : { type: 'date', date };
  }
  const value = valueIn(line)?.trim() ?? '';
  if (TIME.test(value)) return timeOf(value, line);
  return withLooseZone(line);
}

/** A zone that should have been quoted has colons of its own: `TZID=(UTC+01:00) Berlin:20270501T100000`. */
function withLooseZone(line: string): FeedTime | undefined {
  const unquoted = line.replaceAll('"', '');
  const colon = unquoted.lastIndexOf(':');
  // With `s`, the first one is always it: otherwise each would be tried, as far as a line separator.
  const zone = /;TZID=(.*)$/is.exec(unquoted.slice(0, colon))?.[1];
  return zone === undefined ? undefined : timeOf(unquoted.slice(colon + 1).trim(), `;TZID="${zone}":`);
}

function timeOf(value: string, line: string): FeedTime | undefined {
  const [, year = '', month = '', day = '', hour, minute, second = '00', zone] = TIME.exec(value) ?? [];
  const date = dateOf(year, month, day);
  if (date === undefined) return undefined;
  if (hour === undefined || parameterIn(line, 'VALUE')?.toUpperCase() === 'DATE') return { type: 'date', date };
  // A leap second is the second before: calendars know none.
  const wall = `${date}T${hour}:${minute}:${second === '60' ? '59' : second}`;
  if (zone === undefined) return { type: 'local', wall, tzid: parameterIn(line, 'TZID') };
  if (zone.length === 1) return { type: 'instant', instant: `${wall}Z` };
  const offset = zone.length === 6 ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const ms = Date.parse(`${wall}${offset}`);
  const instant = Number.isNaN(ms) ? '' : instantOf(ms);
  return isInstant(instant) ? { type: 'instant', instant } : undefined;
}

/** The digits as a date (`2027-05-01`), if there is such a day. */
function dateOf(year: string, month: string, day: string): string | undefined {
  const [m, d] = [Number(month), Number(day)];
  const isDay = m >= 1 && m <= 12 && d >= 1 && (d <= 28 || d <= new Date(Date.UTC(Number(year), m, 0)).getUTCDate());
  return isDay ? `${year}-${month}-${day}` : undefined;
}
