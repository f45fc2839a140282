import type { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';
import { Temporal } from 'temporal-polyfill';
import { namesOwnership, type OwnershipMark } from '../../domain/booking-system-config.ts';
import { InvalidInput } from '../../domain/errors.ts';
import { instantOf, toInstant } from '../../domain/interval.ts';
import type { CalendarEvent, CalendarRef, Ownership, SeriesPlace } from '../../ports/calendar-provider.ts';
import { readShownContent } from './shown-content.ts';

type GoogleEvent = calendar_v3.Schema$Event;

/**
 * A Google event in our terms.
 * @throws InvalidInput when a live event has no time that could be read; Google sends none such.
 */
export function readEvent(event: GoogleEvent, calendar: CalendarRef): CalendarEvent {
  const remoteId = event.id ?? '';
  const etag = event.etag ?? '';
  if (event.status === 'cancelled') {
    const updatedAt = event.updated ? toInstant(event.updated) : undefined;
    const known = { ...(etag && { etag }), ...(updatedAt && { updatedAt }) };
    return { state: 'cancelled', remoteId, ...known, ...readPlace(event) };
  }
  const properties = event.extendedProperties?.private ?? {};
  const ownership = readOwnership(properties, calendar.mark);
  return {
    state: 'live',
    remoteId,
    etag,
    updatedAt: toInstant(event.updated ?? '1970-01-01T00:00:00Z'),
    ...readPlace(event),
    ...(ownership ? { ownership } : carriesMark(properties) && { otherMark: true }),
    ...((event.visibility === 'private' || event.visibility === 'confidential') && { private: true }),
    content: {
      start: readTime(event.start),
      end: readTime(event.end),
      ...readShownContent(event, ownership?.stamp),
      resourceId: (ownership && properties[calendar.mark.resource]) || calendar.resourceId,
    },
    allDay: typeof event.start?.date === 'string',
    recurring: (event.recurrence?.length ?? 0) > 0 || typeof event.recurringEventId === 'string',
    busy: event.transparency !== 'transparent' && !isDeclined(event),
  };
}

function readOwnership(properties: Readonly<Record<string, string>>, mark: OwnershipMark): Ownership | undefined {
  if (properties[mark.managed] !== 'true') return undefined;
  const { [mark.eventId]: eventId, [mark.bookingId]: bookingId, [mark.stamp]: stamp } = properties;
  return { ...(eventId && { eventId }), ...(bookingId && { bookingId }), ...(stamp && { stamp }) };
}

function carriesMark(properties: Readonly<Record<string, string>>): boolean {
  return Object.entries(properties).some(([name, value]) => value === 'true' && namesOwnership(name));
}

function readPlace({ recurringEventId, originalStartTime }: GoogleEvent): SeriesPlace {
  if (!recurringEventId) return {};
  const isTold = originalStartTime?.date || originalStartTime?.dateTime;
  return { seriesId: recurringEventId, ...(isTold && { originalStart: readTime(originalStartTime) }) };
}

/** A date stays a date. A local time without an offset is one of the zone beside it. */
function readTime(time: calendar_v3.Schema$EventDateTime | undefined): string {
  if (time?.date) return time.date;
  const { dateTime, timeZone } = time ?? {};
  if (!dateTime) throw new InvalidInput('a calendar event has no time');
  if (/([Zz]|[+-]\d\d:\d\d)$/.test(dateTime) || !timeZone) return toInstant(dateTime);
  return instantOf(Temporal.PlainDateTime.from(dateTime).toZonedDateTime(timeZone).epochMilliseconds);
}

function isDeclined({ attendees }: GoogleEvent): boolean {
  return attendees?.some(({ self, responseStatus }) => self === true && responseStatus === 'declined') ?? false;
}
