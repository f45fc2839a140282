import { type EventLines, readEventLines } from './event-lines.ts';
import type { FramedCalendar, FramedEvent, FramedFeed } from './frame-feed.ts';
import { uidOf } from './read-event.ts';
import { isSeries } from './read-series.ts';

/** A series with all that stands in for its occurrences, as a calendar of its own. */
export interface SeriesText {
  readonly uid: string;
  readonly text: string;
}

/**
 * The series of a feed, each cut out as a complete calendar with the zones it may name, so that `readFeed` makes of it
 * what it made of it in the feed. One without a UID has nothing to be known by again, and is left out.
 */
export function seriesTexts(framed: FramedFeed): SeriesText[] {
  const { text, events } = framed;
  const whole = events.filter((event) => event.whole);
  const read = whole.map((event) => ({ event, lines: readEventLines(text, event) }));
  const groups = Map.groupBy(read, ({ lines }) => uidOf(lines));
  return [...groups].flatMap(([uid, members]) =>
    uid !== '' && members.some(({ lines }) => isSeries(lines)) ? [{ uid, text: calendarOf(members, framed) }] : [],
  );
}

function calendarOf(
  members: readonly { readonly event: FramedEvent; readonly lines: EventLines }[],
  { text }: FramedFeed,
): string {
  const byCalendar = Map.groupBy(members, ({ event }) => event.calendar);
  return [...byCalendar]
    .map(([calendar, those]) => {
      const bodies = those.map(({ event }) => text.slice(event.from, event.to).trimEnd());
      return [...headOf(calendar, text), ...bodies, 'END:VCALENDAR', ''].join('\r\n');
    })
    .join('');
}

function headOf({ prodId, method, timeZone, timeZones }: FramedCalendar, text: string): string[] {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    ...(prodId === '' ? [] : [`PRODID:${prodId}`]),
    ...(method === '' ? [] : [`METHOD:${method}`]),
    ...(timeZone === '' ? [] : [`X-WR-TIMEZONE:${timeZone}`]),
    ...timeZones.map(({ from, to }) => text.slice(from, to).trimEnd()),
  ];
}
