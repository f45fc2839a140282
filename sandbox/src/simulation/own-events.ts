import type { Bay } from '../studio/loft-bays.ts';
import type { Slot } from './history.ts';
import { calendarOfBay } from './open-world.ts';
import { calendarTimes, timeOf } from './told.ts';
import type { World } from './world.ts';

/** An event of staff's own on a bay's calendar. */
interface OwnEvent {
  readonly bay: Bay;
  readonly id: string;
  readonly summary: string;
  readonly time: string;
}

/** The events that staff have on the calendars beside those of bookings. Each edit answers whether it was made. */
export class OwnEvents {
  readonly #google: World['google'];
  readonly #standing: OwnEvent[] = [];
  #made = 0;

  constructor({ google }: Pick<World, 'google'>) {
    this.#google = google;
  }

  get standing(): readonly OwnEvent[] {
    return this.#standing;
  }

  add(bay: Bay, slot: Slot, summary: string): boolean {
    const id = `staff${String(this.#made++).padStart(6, '0')}`;
    const requestBody = { id, summary, ...calendarTimes(slot) };
    this.#google.asOwner('events.insert', { calendarId: calendarOfBay(bay), requestBody });
    this.#standing.push({ bay, id, summary, time: timeOf(slot) });
    return true;
  }

  move(which: number, slot: Slot): boolean {
    if (this.#standing.length === 0) return false;
    const index = which % this.#standing.length;
    const event = this.#standing[index] as OwnEvent;
    const to = { calendarId: calendarOfBay(event.bay), eventId: event.id, requestBody: calendarTimes(slot) };
    this.#google.asOwner('events.patch', to);
    this.#standing[index] = { ...event, time: timeOf(slot) };
    return true;
  }

  delete(which: number): boolean {
    if (this.#standing.length === 0) return false;
    const [{ bay, id }] = this.#standing.splice(which % this.#standing.length, 1) as [OwnEvent];
    this.#google.asOwner('events.delete', { calendarId: calendarOfBay(bay), eventId: id });
    return true;
  }
}
