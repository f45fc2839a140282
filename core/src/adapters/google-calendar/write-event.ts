import type { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';
import type { Interval } from '../../domain/interval.ts';
import type { CalendarRef, EventDraft, EventPatch, Ownership } from '../../ports/calendar-provider.ts';
import { type ShownContent, showContent } from './shown-content.ts';

type GoogleEvent = calendar_v3.Schema$Event;
type GoogleTime = calendar_v3.Schema$EventDateTime;

/** A new event: content, mark and stamp in one body, so that no crash can part them. */
export function insertBody(calendar: CalendarRef, remoteId: string, draft: EventDraft): GoogleEvent {
  const { content, ownership, description } = draft;
  return {
    id: remoteId,
    start: timeBody(content.start, calendar.timeZone),
    end: timeBody(content.end, calendar.timeZone),
    ...showContent(content),
    ...(description !== undefined && { description }),
    ...(draft.private && { visibility: 'private' }),
    ...propertiesBody(calendar, ownership, content.resourceId),
  };
}

/** A change: what the patch names, the mark and the stamp. `shown` is given when title or status is to be written. */
export function patchBody(calendar: CalendarRef, patch: EventPatch, shown: ShownContent | undefined): GoogleEvent {
  return {
    ...(patch.interval && intervalBody(patch.interval, calendar.timeZone)),
    ...shown,
    ...propertiesBody(calendar, patch.ownership, patch.resourceId),
  };
}

/**
 * The form that an event does not take is cleared, and a series that staff made of it is ended: a PATCH keeps what it
 * does not name.
 */
function intervalBody({ start, end }: Interval, timeZone: string): Pick<GoogleEvent, 'start' | 'end' | 'recurrence'> {
  const cleared = isDateForm(start) ? { dateTime: null, timeZone: null } : { date: null };
  return {
    recurrence: null,
    start: { ...cleared, ...timeBody(start, timeZone) },
    end: { ...cleared, ...timeBody(end, timeZone) },
  };
}

function timeBody(time: string, timeZone: string): GoogleTime {
  return isDateForm(time) ? { date: time } : { dateTime: time, timeZone };
}

function isDateForm(time: string): boolean {
  return time.length === 10;
}

function propertiesBody(
  { mark }: CalendarRef,
  { eventId, bookingId, stamp }: Ownership,
  resourceId: string | undefined,
): Pick<GoogleEvent, 'extendedProperties'> {
  return {
    extendedProperties: {
      private: {
        [mark.managed]: 'true',
        ...(resourceId !== undefined && { [mark.resource]: resourceId }),
        ...(eventId !== undefined && { [mark.eventId]: eventId }),
        ...(bookingId !== undefined && { [mark.bookingId]: bookingId }),
        ...(stamp !== undefined && { [mark.stamp]: stamp }),
      },
    },
  };
}
