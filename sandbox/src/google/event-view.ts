import { withoutUndefined } from '@dovetail/core/domain/without-undefined.ts';
import type { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';
import type { CalendarRecord, Role, StoredEvent } from './calendar-store.ts';
import { renderEventTimes } from './event-times.ts';

type Event = calendar_v3.Schema$Event;

/** How a caller sees an event: by their role, with its times told in `zone` (the calendar's when absent). */
export function viewEvent(calendar: CalendarRecord, stored: StoredEvent, role: Role, zone?: string): Event {
  const otherZone = zone !== undefined && zone !== calendar.timeZone;
  const event = otherZone ? { ...stored.event, ...renderEventTimes(stored.times, zone) } : stored.event;
  return seesDetails(role, event) ? event : busyOnly(event);
}

/**
 * A deleted event in a list. Google guarantees the id alone (and for a date of a series, which one it was), so nothing
 * else is told, although `events.get` still tells everything.
 */
export function tombstone({ kind, etag, id, recurringEventId, originalStartTime }: Event): Event {
  const instance = recurringEventId ? { recurringEventId, ...(originalStartTime ? { originalStartTime } : {}) } : {};
  return { ...withoutUndefined({ kind, etag, id }), status: 'cancelled', ...instance };
}

function seesDetails(role: Role, event: Event): boolean {
  if (role === 'writer' || role === 'owner') return true;
  return role === 'reader' && event.visibility !== 'private' && event.visibility !== 'confidential';
}

function busyOnly({ kind, etag, id, status, start, end, transparency, recurringEventId }: Event): Event {
  return {
    ...withoutUndefined({ kind, etag, id, status, transparency, recurringEventId, start, end }),
    visibility: 'private',
  };
}
