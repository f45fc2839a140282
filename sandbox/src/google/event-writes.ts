import { randomUUID } from 'node:crypto';
import { digest } from '@dovetail/core/domain/identity.ts';
import type { Clock } from '@dovetail/core/ports/clock.ts';
import type { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';
import type { CalendarRecord, CalendarStore, StoredEvent } from './calendar-store.ts';
import type { Caller } from './caller.ts';
import type { EventBody } from './event-body.ts';
import { findEvent, strandedDates } from './event-lookup.ts';
import {
  changesRemindersOnly,
  checkAttendees,
  checkEventId,
  checkIfMatch,
  checkRevival,
  nextSequence,
  normaliseEvent,
} from './event-rules.ts';
import { deleted, duplicate, GoogleApiError, invalid, notFound, required } from './google-error.ts';
import { mergePatch } from './merge-patch.ts';

type Event = calendar_v3.Schema$Event;

/** Members that stay with an event for life, whatever a body says. */
const FIXED = ['kind', 'id', 'htmlLink', 'created', 'creator', 'organizer', 'iCalUID', 'eventType'] as const;
const FIXED_OF_INSTANCE = ['recurringEventId', 'originalStartTime'] as const;

/** A change to an event that exists. */
export interface EventWrite {
  readonly body: EventBody;
  readonly caller: Caller;
  /** The etag the caller last saw. */
  readonly ifMatch?: string | undefined;
}

/** What the Events methods do to a calendar. Access is checked before; every method throws GoogleApiError. */
export class EventWrites {
  readonly #store: CalendarStore;
  readonly #clock: Clock;
  /** Google is reported to answer 403 to reviving some deleted events. */
  refusesRevival = false;

  constructor(store: CalendarStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  insert(calendar: CalendarRecord, body: EventBody, caller: Caller): StoredEvent {
    checkAttendees(body, caller.kind === 'service-account');
    const { organizer: _, ...own } = body;
    const id = typeof body.id === 'string' ? body.id : newEventId();
    checkEventId(id);
    if (calendar.events.has(id) || calendar.purgedIds.has(id)) throw duplicate();
    return this.#create(calendar, id, own, caller);
  }

  /** Adds or overwrites the private copy of an event that lives elsewhere, known by its `iCalUID`. */
  import(calendar: CalendarRecord, body: EventBody, caller: Caller): StoredEvent {
    if (typeof body.iCalUID !== 'string') throw required('Missing iCalUID.');
    const known = [...calendar.events.values()].find(({ event }) => event.iCalUID === body.iCalUID);
    if (known?.event.id) return this.update(calendar, known.event.id, { body, caller });
    return this.#create(calendar, newEventId(), body, caller);
  }

  /** Merges the body into the event. */
  patch(calendar: CalendarRecord, id: string, write: EventWrite): StoredEvent {
    const current = mustFind(calendar, id);
    const merged = mergePatch(current.event as EventBody, write.body) as Event;
    return this.#replace(calendar, current, merged, write);
  }

  /** Puts the body in the event's place: what it does not name is gone. */
  update(calendar: CalendarRecord, id: string, write: EventWrite): StoredEvent {
    const current = mustFind(calendar, id);
    const whole = mergePatch({ status: 'confirmed', reminders: { useDefault: true } }, write.body) as Event;
    return this.#replace(calendar, current, whole, write);
  }

  remove(calendar: CalendarRecord, id: string, ifMatch: string | undefined): void {
    const current = mustFind(calendar, id);
    checkIfMatch(current.event, ifMatch);
    if (current.event.status === 'cancelled') throw deleted();
    this.#store.put(calendar, { ...current.event, status: 'cancelled' }, current.times);
    for (const { event, times } of [...calendar.events.values()]) {
      if (event.recurringEventId !== id || event.status === 'cancelled') continue;
      this.#store.put(calendar, { ...event, status: 'cancelled' }, times);
    }
  }

  /** The event keeps its id and properties; where it was, a tombstone of that id remains. */
  move(source: CalendarRecord, destination: CalendarRecord, id: string): StoredEvent {
    const current = mustFind(source, id);
    if (current.event.status === 'cancelled') throw notFound();
    if (source.id === destination.id) throw invalid('Cannot move an event to the calendar it is on.', 'destination');
    if (current.event.recurringEventId) {
      const message = 'Cannot change the organizer of an instance.';
      throw new GoogleApiError(400, { domain: 'calendar', reason: 'cannotChangeOrganizerOfInstance', message });
    }
    const there = destination.events.get(id);
    if (there && there.event.status !== 'cancelled') throw duplicate();
    const moved = this.#store.put(
      destination,
      { ...current.event, organizer: organizerOf(destination) },
      current.times,
    );
    this.#store.put(source, { ...current.event, status: 'cancelled' }, current.times);
    return moved;
  }

  #create(calendar: CalendarRecord, id: string, body: EventBody, caller: Caller): StoredEvent {
    const defaults = {
      kind: 'calendar#event',
      status: 'confirmed',
      htmlLink: `https://www.google.com/calendar/event?eid=${Buffer.from(`${id} ${calendar.id}`).toString('base64url')}`,
      created: new Date(this.#clock.now()).toISOString(),
      creator: { email: caller.email },
      organizer: organizerOf(calendar),
      iCalUID: `${id}@google.com`,
      sequence: 0,
      reminders: { useDefault: true },
      eventType: 'default',
    };
    const { event, times } = normaliseEvent({ ...(mergePatch(defaults, body) as Event), id }, calendar.timeZone);
    return this.#store.put(calendar, event, times);
  }

  #replace(calendar: CalendarRecord, current: StoredEvent, wanted: Event, write: EventWrite): StoredEvent {
    checkIfMatch(current.event, write.ifMatch);
    checkAttendees(write.body, write.caller.kind === 'service-account');
    const fixedNames = [...FIXED, ...(current.event.recurringEventId ? FIXED_OF_INSTANCE : [])];
    const fixed = Object.fromEntries(fixedNames.map((name) => [name, current.event[name]]));
    const next = normaliseEvent({ ...wanted, ...fixed }, calendar.timeZone);
    checkRevival(current.event, next.event, this.refusesRevival);
    next.event.sequence = nextSequence(current, write.body.sequence, next);
    if (current.event.updated) next.event.updated = current.event.updated;
    const stored = this.#store.put(calendar, next.event, next.times, {
      keepUpdated: changesRemindersOnly(current.event, next.event),
    });
    for (const { event, times } of current.event.recurrence ? strandedDates(calendar, stored) : []) {
      this.#store.put(calendar, { ...event, status: 'cancelled' }, times);
    }
    return stored;
  }
}

function mustFind(calendar: CalendarRecord, id: string): StoredEvent {
  const stored = findEvent(calendar, id);
  if (!stored) throw notFound();
  return stored;
}

function organizerOf(calendar: CalendarRecord): NonNullable<Event['organizer']> {
  return { email: calendar.id, displayName: calendar.summary, self: true };
}

/** 26 characters of base32hex, as Google's own ids are. */
function newEventId(): string {
  return digest('event', randomUUID()).slice(0, 26);
}
