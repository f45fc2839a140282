import { type EventLines, readEventLines } from './event-lines.ts';
import type { FramedCalendar, FramedEvent, FramedFeed } from './frame-feed.ts';
import { unfold } from './physical-lines.ts';
import { uidOf } from './read-event.ts';
import { isSeries } from './read-series.ts';
import { nameOfVtimezone } from './vtimezone.ts';

/** A series with all that stands in for its occurrences. */
export interface SeriesText {
  readonly uid: string;
  /** Makes a calendar of its own of it. */
  readonly text: () => string;
}

/** More letters of VTIMEZONEs than this are not copied to each series of a calendar: only those that it names. */
const MOST_ZONES = 65_536;

/** One of a calendar's VTIMEZONEs. */
interface NamedText {
  readonly name: string;
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
  const zonesOf = zonesByCalendar(text);
  return [...groups].flatMap(([uid, members]) =>
    uid !== '' && members.some(({ lines }) => isSeries(lines))
      ? [{ uid, text: () => calendarOf(members, framed, zonesOf) }]
      : [],
  );
}

function calendarOf(
  members: readonly { readonly event: FramedEvent; readonly lines: EventLines }[],
  { text }: FramedFeed,
  zonesOf: (calendar: FramedCalendar) => readonly NamedText[],
): string {
  const byCalendar = Map.groupBy(members, ({ event }) => event.calendar);
  return [...byCalendar]
    .map(([calendar, those]) => {
      const bodies = those.map(({ event }) => text.slice(event.from, event.to).trimEnd());
      const zones = zonesNamedIn(bodies, zonesOf(calendar));
      return [...headOf(calendar), ...zones, ...bodies, 'END:VCALENDAR', ''].join('\r\n');
    })
    .join('');
}

/** A calendar's VTIMEZONEs are told apart once for all of its series. */
function zonesByCalendar(text: string): (calendar: FramedCalendar) => readonly NamedText[] {
  const known = new Map<FramedCalendar, readonly NamedText[]>();
  return (calendar) => {
    const zones =
      known.get(calendar) ??
      calendar.timeZones.map(({ from, to }) => {
        const zone = text.slice(from, to);
        return { name: nameOfVtimezone(zone), text: zone.trimEnd() };
      });
    known.set(calendar, zones);
    return zones;
  };
}

function zonesNamedIn(bodies: readonly string[], zones: readonly NamedText[]): string[] {
  const letters = zones.reduce((sum, { text }) => sum + text.length, 0);
  if (letters <= MOST_ZONES) return zones.map(({ text }) => text);
  const named = new Set(bodies.flatMap((body) => zoneNamesIn(unfold(body))));
  return zones.filter(({ name }) => named.has(name)).map(({ text }) => text);
}

/** Every name of a zone, quoted or not, also one that should have been quoted and has colons of its own. */
function zoneNamesIn(body: string): string[] {
  return [...body.matchAll(/;TZID=("[^"\r\n]*"|[^:;\r\n]*)([^\r\n]*)/gi)].flatMap(([, name = '', rest = '']) => {
    const loose = `${name}${rest}`;
    return [name, loose.slice(0, Math.max(0, loose.lastIndexOf(':')))].map((one) => one.replaceAll('"', '').trim());
  });
}

function headOf({ prodId, method, timeZone }: FramedCalendar): string[] {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    ...(prodId === '' ? [] : [`PRODID:${prodId}`]),
    ...(method === '' ? [] : [`METHOD:${method}`]),
    ...(timeZone === '' ? [] : [`X-WR-TIMEZONE:${timeZone}`]),
  ];
}
