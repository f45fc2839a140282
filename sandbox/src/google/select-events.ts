import type { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';
import type { CalendarRecord, StoredEvent } from './calendar-store.ts';
import { expandSeries } from './event-lookup.ts';
import { instantMs } from './event-times.ts';
import type { ListParameters } from './list-parameters.ts';

type Event = calendar_v3.Schema$Event;

/** The events of a full read, in the order asked for, deleted ones only where the parameters let them in. */
export function selectAll(calendar: CalendarRecord, parameters: ListParameters): StoredEvent[] {
  const chosen = candidates(calendar, parameters, () => true).filter(
    (stored) => showsStatus(stored.event, parameters) && matches(calendar, stored, parameters),
  );
  if (parameters.orderBy === 'startTime') {
    return chosen.sort(
      (a, b) => instantMs(a.times.start, calendar.timeZone) - instantMs(b.times.start, calendar.timeZone),
    );
  }
  // Without an order it is the order of change, which orderBy=updated asks for as well.
  return chosen;
}

/** The events that changed after `since`, deleted ones included. */
export function selectChanged(calendar: CalendarRecord, parameters: ListParameters, since: number): StoredEvent[] {
  return candidates(calendar, parameters, (stored) => stored.change > since);
}

/** Single events as they are; a series as one, or as its dates when `singleEvents` is set. */
function candidates(
  calendar: CalendarRecord,
  { singleEvents, timeMin, timeMax }: ListParameters,
  wanted: (stored: StoredEvent) => boolean,
): StoredEvent[] {
  const chosen = new Map<string, StoredEvent>();
  for (const stored of calendar.events.values()) {
    if (!wanted(stored)) continue;
    const isSeries = singleEvents && stored.event.recurrence;
    const dates = isSeries ? expandSeries(calendar, stored, { from: timeMin, to: timeMax }) : [stored];
    for (const each of dates) chosen.set(each.event.id ?? '', each);
  }
  return [...chosen.values()];
}

function showsStatus(event: Event, { showDeleted, singleEvents, updatedMin }: ListParameters): boolean {
  if (event.status !== 'cancelled' || showDeleted || updatedMin !== undefined) return true;
  return !singleEvents && typeof event.recurringEventId === 'string';
}

function matches(calendar: CalendarRecord, stored: StoredEvent, parameters: ListParameters): boolean {
  const { event } = stored;
  const { iCalUID, q, updatedMin, eventTypes } = parameters;
  if (iCalUID !== undefined && event.iCalUID !== iCalUID) return false;
  if (eventTypes !== undefined && !eventTypes.includes(event.eventType ?? 'default')) return false;
  if (updatedMin !== undefined && Date.parse(event.updated ?? '') < updatedMin) return false;
  if (q !== undefined && !mentions(event, q)) return false;
  if (!hasProperties(event.extendedProperties?.private, parameters.privateExtendedProperty)) return false;
  if (!hasProperties(event.extendedProperties?.shared, parameters.sharedExtendedProperty)) return false;
  return isWithin(calendar, stored, parameters);
}

/** Whether the event, or a date of the series, lies in the range; both bounds are exclusive. */
export function isWithin(
  calendar: CalendarRecord,
  stored: StoredEvent,
  { timeMin, timeMax }: Pick<ListParameters, 'timeMin' | 'timeMax'>,
): boolean {
  if (timeMin === undefined && timeMax === undefined) return true;
  const dates = stored.event.recurrence ? expandSeries(calendar, stored, { from: timeMin, to: timeMax }) : [stored];
  return dates.some(({ times }) => {
    const afterMin = timeMin === undefined || instantMs(times.end, calendar.timeZone) > timeMin;
    return afterMin && (timeMax === undefined || instantMs(times.start, calendar.timeZone) < timeMax);
  });
}

/** Several constraints must all hold (reference of `events.list`; the guide says otherwise). */
function hasProperties(
  properties: { [key: string]: string } | undefined,
  constraints: readonly string[] | undefined,
): boolean {
  return (constraints ?? []).every((constraint) => {
    const at = constraint.indexOf('=');
    return at > 0 && properties?.[constraint.slice(0, at)] === constraint.slice(at + 1);
  });
}

function mentions(event: Event, terms: string): boolean {
  const guests = (event.attendees ?? []).flatMap(({ email, displayName }) => [email, displayName]);
  const texts = [event.summary, event.description, event.location, event.organizer?.email, ...guests];
  const text = texts.filter(Boolean).join(' ').toLowerCase();
  return terms
    .toLowerCase()
    .split(/\s+/)
    .every((term) => text.includes(term));
}
