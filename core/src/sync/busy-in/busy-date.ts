import { Temporal } from 'temporal-polyfill';
import { normaliseTitle } from '../../domain/content.ts';
import { type Interval, instantOf } from '../../domain/interval.ts';
import { type TimeKeeping, translateInterval } from '../../ledger/translate-interval.ts';
import type { LiveCalendarEvent } from '../../ports/calendar-provider.ts';
import { BUSY_TITLE } from '../desired-content.ts';

/** The time that a calendar event takes: an event of its own, or one date of a series. */
export interface BusyDate extends Interval {
  /** What names it among the dates of its series: where the rule puts it. Empty for an event of its own. */
  readonly key: string;
  readonly title: string;
}

/** What decides how a calendar event reads on a resource. */
export interface BusyReader {
  readonly resource: TimeKeeping;
  /** Of the calendar: in it all-day events begin and end. */
  readonly calendarZone: string;
  readonly showsTitles: boolean;
}

const LONGEST_TITLE = 500;

/**
 * The time that an event which is not ours takes on a resource; null when it takes none: it is marked as free, was
 * declined, has no length, or is a copy of one of ours. Nights are those it takes any part of. Pure.
 */
export function busyDateOf(event: LiveCalendarEvent, reader: BusyReader): BusyDate | null {
  if (event.ownership || event.otherMark || !event.busy) return null;
  const interval = timeTaken(event, reader);
  if (!interval) return null;
  return { key: keyOf(event), title: titleOf(event, reader), start: interval.start, end: interval.end };
}

/** What names a date among those of its series; empty for an event of its own. */
export function keyOf({
  seriesId,
  originalStart,
  remoteId,
}: Pick<LiveCalendarEvent, 'seriesId' | 'originalStart' | 'remoteId'>): string {
  return seriesId === undefined ? '' : (originalStart ?? remoteId);
}

function timeTaken({ content, allDay }: LiveCalendarEvent, { resource, calendarZone }: BusyReader): Interval | null {
  const { start, end } = content;
  if (start >= end) return null;
  if (!allDay) return translateInterval({ start, end }, { kind: 'timed', timeZone: resource.timeZone }, resource);
  if (resource.kind === 'nightly') return { start, end };
  return { start: midnightOf(start, calendarZone), end: midnightOf(end, calendarZone) };
}

/** The first moment of a day, where summer time may skip its midnight. */
function midnightOf(date: string, timeZone: string): string {
  return instantOf(Temporal.PlainDate.from(date).toZonedDateTime({ timeZone }).epochMilliseconds);
}

/** Neither guests nor descriptions are ever read; what its owner shows to nobody keeps its title too. */
function titleOf(event: LiveCalendarEvent, { showsTitles }: BusyReader): string {
  if (!showsTitles || event.private) return BUSY_TITLE;
  return normaliseTitle(event.content.title).slice(0, LONGEST_TITLE).toWellFormed() || BUSY_TITLE;
}
