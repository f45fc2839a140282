import type { Interval } from '@dovetail/core/domain/interval.ts';
import type { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';
import type { SimulatedGoogle } from '../simulated-google.ts';
import type { VirtualTime } from '../virtual-time.ts';
import type { Room } from './house-history.ts';
import { hasNight, nightsOfAll, ZONE } from './nights.ts';

type CalendarEvent = calendar_v3.Schema$Event;

/** An event of staff's own. */
interface OwnEvent extends Interval {
  readonly id: string;
  readonly isAllDay: boolean;
  readonly isBusy: boolean;
}

export const CALENDAR = 'house@simulated';
export const BINDING = 'house-google';
/** What was read of a calendar may be so old when it is written down. */
const READ_AGO_MS = 5 * 60_000;
/** More deletions at once would rightly wait for staff. */
const MOST_DELETIONS = 4;

/** Staff's own events on the calendar of one room. They block it: by nights, whether all-day or from check-in to check-out. */
export class HouseCalendar {
  readonly room: Room;
  readonly #google: SimulatedGoogle;
  readonly #time: VirtualTime;
  #events: readonly OwnEvent[] = [];
  /** What stood on it, and until when. */
  readonly #past: { readonly until: number; readonly events: readonly OwnEvent[] }[] = [];
  #count = 0;
  #deletions = 0;

  constructor(room: Room, google: SimulatedGoogle, time: VirtualTime) {
    this.room = room;
    this.#google = google;
    this.#time = time;
  }

  /** Deletions are counted anew. */
  beginRound(): void {
    this.#deletions = 0;
  }

  /** The nights its own events take. */
  get nights(): Set<string> {
    return nightsOfAll(this.#events.filter(({ isBusy }) => isBusy));
  }

  /** Whether one of its own events did not take a night, now or when it may last have been read. */
  wasFree(night: string, id: string): boolean {
    const since = this.#time.now() - READ_AGO_MS;
    const then = this.#past.filter(({ until }) => until >= since).map(({ events }) => events);
    return [this.#events, ...then].some(
      (events) => !events.some((event) => event.id === id && event.isBusy && hasNight(event, night)),
    );
  }

  add(nights: Interval, isAllDay: boolean): boolean {
    const event: OwnEvent = { id: `staff${String(this.#count++).padStart(6, '0')}`, ...nights, isAllDay, isBusy: true };
    const requestBody = { id: event.id, summary: 'Painter', ...timesOf(event) };
    this.#call('events.insert', { requestBody });
    this.#become([...this.#events, event]);
    return true;
  }

  move(which: number, nights: Interval): boolean {
    return this.#change(which, (event) => ({ ...event, ...nights }));
  }

  /** Marks it as free. */
  free(which: number): boolean {
    return this.#change(which, (event) => ({ ...event, isBusy: false }));
  }

  delete(which: number): boolean {
    const event = this.#events[which % Math.max(1, this.#events.length)];
    if (!event || this.#deletions >= MOST_DELETIONS) return false;
    this.#deletions++;
    this.#call('events.delete', { eventId: event.id });
    this.#become(this.#events.filter((one) => one !== event));
    return true;
  }

  #change(which: number, change: (event: OwnEvent) => OwnEvent): boolean {
    const event = this.#events[which % Math.max(1, this.#events.length)];
    if (!event) return false;
    const after = change(event);
    const transparency = after.isBusy ? 'opaque' : 'transparent';
    this.#call('events.patch', { eventId: event.id, requestBody: { ...timesOf(after), transparency } });
    this.#become(this.#events.map((one) => (one === event ? after : one)));
    return true;
  }

  #call(method: string, parameters: { readonly requestBody?: CalendarEvent; readonly eventId?: string }): void {
    this.#google.asOwner(method, { calendarId: CALENDAR, ...parameters });
  }

  #become(events: readonly OwnEvent[]): void {
    this.#past.push({ until: this.#time.now(), events: this.#events });
    this.#events = events;
  }
}

function timesOf({ start, end, isAllDay }: OwnEvent): CalendarEvent {
  if (isAllDay) return { start: { date: start }, end: { date: end } };
  return {
    start: { dateTime: `${start}T16:00:00`, timeZone: ZONE },
    end: { dateTime: `${end}T10:00:00`, timeZone: ZONE },
  };
}
