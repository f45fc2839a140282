import { isDeepStrictEqual } from 'node:util';
import type { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';
import type { StoredEvent } from './calendar-store.ts';
import { type EventBody, limitExtendedProperties } from './event-body.ts';
import { type EventTimes, readEventTimes } from './event-times.ts';
import { conditionNotMet, forbidden, forbiddenForServiceAccounts, invalid } from './google-error.ts';
import { checkRecurrence } from './recurrence.ts';

type Event = calendar_v3.Schema$Event;

const EVENT_ID = /^[a-v0-9]{5,1024}$/;

/** @throws GoogleApiError 400 for an id that Google would not take from a caller. */
export function checkEventId(id: string): void {
  if (!EVENT_ID.test(id)) throw invalid('Invalid resource id value.');
}

/** @throws GoogleApiError 412 when the caller holds another version. */
export function checkIfMatch(current: Event, ifMatch: string | undefined): void {
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== current.etag) throw conditionNotMet();
}

/** @throws GoogleApiError 403 when a service account sends guests along, whatever `sendUpdates` says. */
export function checkAttendees(body: EventBody, callerIsServiceAccount: boolean): void {
  const { attendees } = body;
  if (callerIsServiceAccount && Array.isArray(attendees) && attendees.length > 0) throw forbiddenForServiceAccounts();
}

/**
 * An event in the form it is stored and answered in, with its times read.
 * @throws GoogleApiError 400 for anything Google would not store.
 */
export function normaliseEvent(event: Event, calendarZone: string): { event: Event; times: EventTimes } {
  const times = readEventTimes(event, calendarZone);
  if (event.recurrence?.length) checkRecurrence(event.recurrence, times);
  const normal = limitExtendedProperties({ ...event });
  // What is usual is not said.
  if (normal.transparency === 'opaque') delete normal.transparency;
  if (normal.visibility === 'default') delete normal.visibility;
  return { event: normal, times };
}

/**
 * The sequence number after a change: it grows when the time does not stay.
 * @throws GoogleApiError 400 when the caller's number lies behind.
 */
export function nextSequence(current: StoredEvent, sent: unknown, next: { event: Event; times: EventTimes }): number {
  const known = current.event.sequence ?? 0;
  if (typeof sent === 'number' && sent < known) throw invalid('Invalid sequence value.');
  if (typeof sent === 'number' && sent > known) return sent;
  const moved =
    !isDeepStrictEqual(current.times, next.times) ||
    !isDeepStrictEqual(current.event.recurrence, next.event.recurrence);
  return moved ? known + 1 : known;
}

/** @throws GoogleApiError 403 when a deleted event would come back although revivals are refused. */
export function checkRevival(current: Event, next: Event, refused: boolean): void {
  if (refused && current.status === 'cancelled' && next.status !== 'cancelled') throw forbidden();
}

/**
 * True when nothing but reminders differs: that leaves `updated` as it was (reference of the Events resource). A change
 * of time shows in the sequence number.
 */
export function changesRemindersOnly(current: Event, next: Event): boolean {
  const rest = ({ reminders: _, etag: _etag, updated: _updated, start: _start, end: _end, ...others }: Event) => others;
  return !isDeepStrictEqual(current.reminders, next.reminders) && isDeepStrictEqual(rest(current), rest(next));
}
