import type { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { type EventTimes, renderEventTimes } from './event-times.ts';
import { invalid } from './google-error.ts';

type Event = calendar_v3.Schema$Event;

/** One date of a series, before any exception to it. */
export interface Instance {
  /** `{series id}_{original start in UTC}`, as Google builds it. */
  readonly id: string;
  readonly times: EventTimes;
}

/** No query looks at more dates of one series than this; Google bounds its expansion too. */
const MOST_INSTANCES = 730;
const DAY = 86_400_000;
const MOST_AHEAD = 10 * 365 * DAY;

/** A stretch of time in milliseconds since 1970. Without a start, it begins with the series and has no end. */
export interface TimeRange {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** The dates of a series in order, of a range those that may touch it; 730 at most. */
export function instancesOf(series: Event, times: EventTimes, { from, to }: TimeRange = {}): Instance[] {
  const rule = parseRule(series.recurrence ?? [], times);
  const length = lengthMs(times);
  const starts =
    from === undefined
      ? rule.all((_, index) => index < MOST_INSTANCES)
      : rule.between(new Date(from - length - DAY), new Date(to ?? from + MOST_AHEAD), true).slice(0, MOST_INSTANCES);
  return starts.map((start) => {
    const begins = shift(times, start.epochMilliseconds, length);
    return { id: `${series.id}_${suffixOf(begins)}`, times: begins };
  });
}

/** The date of a series that has this id; undefined when the series does not, or no longer, take place then. */
export function findInstance(series: Event, times: EventTimes, eventId: string): Instance | undefined {
  const at = instanceOf(eventId)?.at;
  if (at === undefined || Number.isNaN(at)) return undefined;
  return instancesOf(series, times, { from: at, to: at + DAY }).find(({ id }) => id === eventId);
}

/**
 * Says whether recurrence lines can be read.
 * @throws GoogleApiError 400 when not.
 */
export function checkRecurrence(lines: readonly string[], times: EventTimes): void {
  if (lines.some((line) => !/^(RRULE|EXRULE|RDATE|EXDATE)[;:]/.test(line))) throw invalid('Invalid recurrence rule.');
  try {
    parseRule(lines, times).next(new Date(0), true);
  } catch (cause) {
    throw Object.assign(invalid('Invalid recurrence rule.'), { cause });
  }
}

/** What an instance shares with its series, and what is its own. */
export function instanceEvent(series: Event, instance: Instance, calendarZone: string): Event {
  const { recurrence: _, id: seriesId, ...shared } = series;
  const rendered = renderEventTimes(instance.times, calendarZone);
  return {
    ...shared,
    id: instance.id,
    ...rendered,
    recurringEventId: seriesId ?? null,
    originalStartTime: rendered.start,
  };
}

/** The series and the original start that an instance's id names; undefined for ids of other events. */
export function instanceOf(eventId: string): { readonly seriesId: string; readonly at: number } | undefined {
  const [, seriesId, year, month, day, hour = '00', minute = '00', second = '00'] =
    /^(.+)_(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z)?$/.exec(eventId) ?? [];
  if (seriesId === undefined) return undefined;
  return { seriesId, at: Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) };
}

function parseRule(lines: readonly string[], times: EventTimes): RRuleTemporal {
  return new RRuleTemporal({ rruleString: [startLine(times), ...lines].join('\n') });
}

/** Whole-day series run through UTC midnights, so no offset can move them to another day. */
function startLine({ start }: EventTimes): string {
  if (start.kind === 'date') return `DTSTART;TZID=UTC:${start.date.replaceAll('-', '')}T000000`;
  const local = Temporal.Instant.fromEpochMilliseconds(start.ms).toZonedDateTimeISO(start.timeZone).toPlainDateTime();
  return `DTSTART;TZID=${start.timeZone}:${compact(local.toString({ smallestUnit: 'second' }))}`;
}

function shift(times: EventTimes, startMs: number, lengthMs: number): EventTimes {
  if (times.start.kind === 'date' || times.end.kind === 'date') {
    return { start: { kind: 'date', date: dateOf(startMs) }, end: { kind: 'date', date: dateOf(startMs + lengthMs) } };
  }
  return { start: { ...times.start, ms: startMs }, end: { ...times.end, ms: startMs + lengthMs } };
}

function lengthMs({ start, end }: EventTimes): number {
  if (start.kind === 'date' && end.kind === 'date') return Date.parse(end.date) - Date.parse(start.date);
  return start.kind === 'instant' && end.kind === 'instant' ? end.ms - start.ms : 0;
}

function suffixOf({ start }: EventTimes): string {
  return start.kind === 'date'
    ? start.date.replaceAll('-', '')
    : `${compact(new Date(start.ms).toISOString().slice(0, 19))}Z`;
}

function compact(isoTime: string): string {
  return isoTime.replaceAll(/[-:]/g, '');
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
