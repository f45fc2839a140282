import type { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';
import type { Bay } from '../studio/loft-bays.ts';
import type { Decisions } from './decisions.ts';
import type { ExpectedBooking, Told } from './expected.ts';
import { calendarOfBay } from './open-world.ts';
import { eventsOf, type Shown, timeOfEvent, toldBy, toldUnlessCancelled } from './told.ts';
import type { World } from './world.ts';

type CalendarEvent = calendar_v3.Schema$Event;

/** Deleted on calendars within one round at most: more of them would rightly wait for staff. */
const MOST_DELETIONS = 4;
/** Deleted at once, so many wait for staff. */
const FEWEST_CLEARED = 6;

/** The bookings of a play. */
export interface Bookings {
  readonly all: readonly ExpectedBooking[];
  /** One of those that stand, if there are any. */
  standing(which: number): ExpectedBooking | undefined;
}

/** The events of bookings on the calendars, as staff edit them. Each edit answers whether it was made. */
export class BookedEvents {
  /** What staff wrote into the description of an event, by its id and bay. */
  readonly notes = new Map<string, string>();
  readonly #world: World;
  readonly #bookings: Bookings;
  readonly #decisions: Pick<Decisions, 'edits' | 'clears' | 'mistakes'>;
  readonly #dragged = new Set<string>();
  readonly #touched = new Set<Bay>();
  #deletions = 0;

  constructor(world: World, bookings: Bookings, decisions: Pick<Decisions, 'edits' | 'clears' | 'mistakes'>) {
    this.#world = world;
    this.#bookings = bookings;
    this.#decisions = decisions;
  }

  beginRound(): void {
    this.#deletions = 0;
    this.#touched.clear();
    this.#dragged.clear();
  }

  /** Bookings whose events were dragged to another bay in this round. */
  get dragged(): ReadonlySet<string> {
    return this.#dragged;
  }

  /** Whether staff changed anything of ours in this round. */
  get areTouched(): boolean {
    return this.#touched.size > 0;
  }

  /** Ids of those on a bay's calendar. */
  on(bay: Bay): string[] {
    const events = this.#bookings.all.flatMap(({ id }) => eventsOf(id, this.#world));
    return events.filter((shown) => shown.bay === bay).map(({ event }) => event.id);
  }

  /** Whether an event stands on a bay's calendar, and its booking is not there. */
  isStale(eventId: string, bay: Bay): boolean {
    return this.#bookings.all.some(({ id }) => {
      const isHere = eventsOf(id, this.#world).some((shown) => shown.bay === bay && shown.event.id === eventId);
      return isHere && toldUnlessCancelled(this.#world.book.get(id))?.bay !== bay;
    });
  }

  /** What was written on events that are removed is gone with them. */
  forgetNotes(bay: Bay): void {
    for (const key of this.notes.keys()) if (key.endsWith(` on bay ${bay}`)) this.notes.delete(key);
  }

  edit(which: number, change: CalendarEvent, told: Partial<Told>): boolean {
    const found = this.#shown(which);
    if (!found) return false;
    const { bay, event } = found.shown;
    const isNews = told.time === undefined ? told.title !== event.summary : told.time !== timeOfEvent(event);
    if (!isNews) return false;
    this.#patch(bay, event.id, change);
    this.#touched.add(bay);
    found.booking.says('calendar', told, toldBy(this.#world.book.get(found.booking.id)));
    return true;
  }

  note(which: number, text: string): boolean {
    const found = this.#shown(which);
    if (!found) return false;
    this.#patch(found.shown.bay, found.shown.event.id, { description: text });
    this.notes.set(`${found.shown.event.id} on bay ${found.shown.bay}`, text);
    return true;
  }

  drag(which: number): boolean {
    const found = this.#shown(which);
    if (!found) return false;
    const { bay, event } = found.shown;
    const other = bay === 1 ? 2 : 1;
    if (!this.#decisions.edits(other)) return false;
    this.#touched.add(bay);
    const destination = calendarOfBay(other);
    this.#world.google.asOwner('events.move', { calendarId: calendarOfBay(bay), eventId: event.id, destination });
    found.booking.says('calendar', { bay: other }, toldBy(this.#world.book.get(found.booking.id)));
    this.#carryNote(event.id, bay, other);
    this.#dragged.add(found.booking.id);
    return true;
  }

  /** An event that is dragged keeps its id, and what is written on it. */
  #carryNote(eventId: string, from: Bay, to: Bay): void {
    const note = this.notes.get(`${eventId} on bay ${from}`);
    this.notes.delete(`${eventId} on bay ${from}`);
    if (note === undefined) this.notes.delete(`${eventId} on bay ${to}`);
    else this.notes.set(`${eventId} on bay ${to}`, note);
  }

  delete(which: number): boolean {
    const found = this.#deletions < MOST_DELETIONS ? this.#shown(which) : undefined;
    if (!found) return false;
    const { bay, event } = found.shown;
    this.remove(bay, event.id);
    found.booking.cancels('calendar');
    if (this.#decisions.mistakes > 0) found.booking.mayReturn();
    this.#deletions++;
    return true;
  }

  /** Deletes all at once; `isMeant` is what staff say when they are asked. */
  clear(bay: Bay, isMeant: boolean): boolean {
    const shown = this.#bookings.all.map((booking) => ({ booking, events: eventsOf(booking.id, this.#world) }));
    const alone = shown.filter(({ events }) => events.length === 1 && events[0]?.bay === bay);
    // Dragged there just before, an event counts for the calendar it was dragged from: its deletion alone is believed.
    const isCounted = ({ id }: ExpectedBooking) => !this.#dragged.has(id);
    const counted = alone.filter(({ booking }) => isCounted(booking));
    if (counted.length < FEWEST_CLEARED || !this.#decisions.clears(bay, isMeant)) return false;
    // What was deleted by itself just before is held with them, and comes back with them.
    if (!isMeant) for (const booking of this.#bookings.all) booking.mayReturn();
    for (const { booking, events } of alone) {
      for (const { event } of events) this.remove(bay, event.id);
      booking.cancels('calendar');
      if (!isMeant && isCounted(booking)) booking.regretsIt();
    }
    return true;
  }

  /** Takes an event away, whatever its booking. */
  remove(bay: Bay, eventId: string): void {
    this.#world.google.asOwner('events.delete', { calendarId: calendarOfBay(bay), eventId });
    this.notes.delete(`${eventId} on bay ${bay}`);
    this.#touched.add(bay);
  }

  #patch(bay: Bay, eventId: string, requestBody: CalendarEvent): void {
    this.#world.google.asOwner('events.patch', { calendarId: calendarOfBay(bay), eventId, requestBody });
  }

  /** A standing booking and its event, where it has just one. */
  #shown(which: number): { readonly booking: ExpectedBooking; readonly shown: Shown } | undefined {
    const booking = this.#bookings.standing(which);
    if (!booking) return undefined;
    const [shown, second] = eventsOf(booking.id, this.#world);
    return shown && !second && this.#decisions.edits(shown.bay) ? { booking, shown } : undefined;
  }
}
