import type { Clock } from '@dovetail/core/ports/clock.ts';
import type { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';
import { type EventTimes, renderEventTimes } from './event-times.ts';

type Event = calendar_v3.Schema$Event;

/** What a caller may do on a calendar; each role may do what those before it may. */
export const ROLES = ['none', 'freeBusyReader', 'reader', 'writer', 'owner'] as const;
export type Role = (typeof ROLES)[number];

/** True when `role` includes the rights of `needed`. */
export function roleIncludes(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** An event as its owner sees it, with its times told in the calendar's zone. Never changed, only replaced. */
export interface StoredEvent {
  readonly event: Event;
  readonly times: EventTimes;
  /** Number of the write that made it so, growing over all calendars. */
  readonly change: number;
}

export interface CalendarSettings {
  readonly summary: string;
  /** IANA name. */
  readonly timeZone: string;
  /** What the service account may do on it; the studio's owner may do everything. */
  readonly role: Role;
}

/** One calendar. */
export interface CalendarRecord extends CalendarSettings {
  readonly id: string;
  /** By id, the least recently changed first. */
  readonly events: Map<string, StoredEvent>;
  /** Ids whose tombstones were purged; they stay taken. */
  readonly purgedIds: Set<string>;
  /** The last change of a tombstone that was purged: what happened up to it can no longer be told. */
  readonly purgedUpTo: number;
}

/** A calendar as JSON. */
export interface CalendarState extends CalendarSettings {
  readonly id: string;
  readonly events: readonly StoredEvent[];
  readonly purgedIds: readonly string[];
  readonly purgedUpTo: number;
}

/** The calendars and their events: state without rules. */
export class CalendarStore {
  readonly #clock: Clock;
  readonly #onChange: (calendarId: string) => void;
  readonly #calendars = new Map<string, CalendarRecord>();
  #change = 0;

  /** @param onChange told after every write. */
  constructor(clock: Clock, onChange: (calendarId: string) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** Number of the last write of all. */
  get lastChange(): number {
    return this.#change;
  }

  calendar(id: string): CalendarRecord | undefined {
    return this.#calendars.get(id);
  }

  calendars(): CalendarRecord[] {
    return [...this.#calendars.values()];
  }

  /** Creates a calendar, or changes one; what is not named stays as it is. */
  defineCalendar(id: string, settings: Partial<CalendarSettings>): CalendarRecord {
    const known = this.#calendars.get(id) ?? {
      id,
      summary: id,
      timeZone: 'UTC',
      role: 'writer',
      events: new Map<string, StoredEvent>(),
      purgedIds: new Set<string>(),
      purgedUpTo: 0,
    };
    const calendar: CalendarRecord = { ...known, ...settings };
    for (const [eventId, stored] of calendar.events) {
      const event = { ...stored.event, ...renderEventTimes(stored.times, calendar.timeZone) };
      calendar.events.set(eventId, { ...stored, event });
    }
    this.#calendars.set(id, calendar);
    return calendar;
  }

  /** Stores an event under its id, with a new etag; `updated` moves unless it is to be kept. */
  put(calendar: CalendarRecord, event: Event, times: EventTimes, options: { keepUpdated?: boolean } = {}): StoredEvent {
    const change = ++this.#change;
    const stored: StoredEvent = {
      change,
      times,
      event: {
        ...event,
        ...renderEventTimes(times, calendar.timeZone),
        etag: etagOf(change),
        ...(options.keepUpdated ? {} : { updated: new Date(this.#clock.now()).toISOString() }),
      },
    };
    const id = event.id ?? '';
    calendar.events.delete(id);
    calendar.events.set(id, stored);
    this.#onChange(calendar.id);
    return stored;
  }

  /** Forgets deleted events, of one calendar or of all. Their ids stay taken, as on Google. */
  purgeTombstones(calendarId?: string): void {
    for (const calendar of this.#calendars.values()) {
      if (calendarId !== undefined && calendar.id !== calendarId) continue;
      const gone = [...calendar.events.values()].filter(({ event }) => event.status === 'cancelled');
      for (const { event } of gone) {
        calendar.events.delete(event.id ?? '');
        calendar.purgedIds.add(event.id ?? '');
      }
      const purgedUpTo = Math.max(calendar.purgedUpTo, ...gone.map(({ change }) => change));
      this.#calendars.set(calendar.id, { ...calendar, purgedUpTo });
    }
  }

  state(): { readonly change: number; readonly calendars: readonly CalendarState[] } {
    const calendars = this.calendars().map((calendar) => ({
      ...calendar,
      events: [...calendar.events.values()],
      purgedIds: [...calendar.purgedIds],
    }));
    return { change: this.#change, calendars };
  }

  load(state: ReturnType<CalendarStore['state']>): void {
    this.#change = state.change;
    this.#calendars.clear();
    for (const calendar of state.calendars) {
      this.#calendars.set(calendar.id, {
        ...calendar,
        events: new Map(calendar.events.map((stored) => [stored.event.id ?? '', stored])),
        purgedIds: new Set(calendar.purgedIds),
      });
    }
  }
}

/** Google's event etags are quoted numbers. */
function etagOf(change: number): string {
  return `"${3_400_000_000_000_000 + change * 2}"`;
}
