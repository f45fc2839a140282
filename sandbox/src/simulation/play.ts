import type { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';
import { GoogleApiError } from '../google/google-error.ts';
import type { Bay } from '../studio/loft-bays.ts';
import { type Appointment, type AppointmentPatch, patchSchema } from '../uschedule/appointment.ts';
import { Refusal } from '../uschedule/refusal.ts';
import { Decisions } from './decisions.ts';
import { ExpectedBooking, type Told } from './expected.ts';
import type { Edit, Slot } from './history.ts';
import { calendarOfBay } from './open-world.ts';
import { OwnEvents } from './own-events.ts';
import {
  calendarTimes,
  eventsOf,
  type Shown,
  timeOf,
  timeOfEvent,
  timesOf,
  toldBy,
  toldUnlessCancelled,
} from './told.ts';
import type { World } from './world.ts';

type CalendarEvent = calendar_v3.Schema$Event;

/** Deleted on calendars within one round at most: more of them would rightly wait for staff. */
const MOST_DELETIONS = 4;
/** Deleted at once, so many wait for staff. */
const FEWEST_CLEARED = 6;
const HOURS_OF_A_DAY = 8;

/** Makes the edits of a history as people do: on what they see at that moment. What cannot be done is not done. */
export class Play {
  readonly bookings: ExpectedBooking[] = [];
  readonly own: OwnEvents;
  /** What staff wrote into the description of a booking's event. */
  readonly notes = new Map<string, string>();
  /** Bookings that changed bays in this round, by the sides that moved them. */
  readonly #moved = { system: new Set<string>(), calendar: new Set<string>() };
  readonly decisions: Decisions;
  readonly #world: World;
  readonly #touched = new Set<Bay>();
  #deletions = 0;

  constructor(world: World) {
    this.#world = world;
    this.own = new OwnEvents(world);
    this.decisions = new Decisions(world, this);
  }

  /** All sides agree: what follows is judged on its own. */
  beginRound(): void {
    this.#deletions = 0;
    this.#touched.clear();
    this.#moved.system.clear();
    this.#moved.calendar.clear();
    for (const booking of this.bookings) booking.settle(toldUnlessCancelled(this.#world.book.get(booking.id)));
  }

  /** What is left on a calendar by a process that died while an event was dragged away is found by the audit alone. */
  get needsAudit(): boolean {
    return this.#moved.calendar.size > 0;
  }

  /** Dragged by staff to where the booking system had moved it, a booking may stand there twice for a moment. */
  mayBeDoubled(bookingId: string): boolean {
    return this.#moved.system.has(bookingId) && this.#moved.calendar.has(bookingId);
  }

  /** Whether staff changed anything of ours on a calendar in this round. */
  get hasTouchedCalendars(): boolean {
    return this.#touched.size > 0;
  }

  /** Ids of bookings' events on a bay's calendar. */
  eventsOn(bay: Bay): string[] {
    const events = this.bookings.flatMap(({ id }) => eventsOf(id, this.#world));
    return events.filter((shown) => shown.bay === bay).map(({ event }) => event.id);
  }

  /** Whether an event stands on a bay's calendar, and its booking is not there. */
  isStale(eventId: string, bay: Bay): boolean {
    return this.bookings.some(({ id }) => {
      const isHere = eventsOf(id, this.#world).some((shown) => shown.bay === bay && shown.event.id === eventId);
      return isHere && toldUnlessCancelled(this.#world.book.get(id))?.bay !== bay;
    });
  }

  takeAway(eventId: string, bay: Bay): void {
    this.#delete(bay, eventId);
  }

  /** What was written on events that are removed is gone with them. */
  forgetNotes(bay: Bay): void {
    for (const key of this.notes.keys()) if (key.endsWith(` on bay ${bay}`)) this.notes.delete(key);
  }

  /** Does in the booking system what was refused on a calendar, as far as it still can be. */
  grant(id: string, wanted: Readonly<Record<string, string>>): void {
    const { start, end, title, resourceId } = wanted;
    // Read as the API reads it: the book compares instants as it writes them.
    const patch = patchSchema.parse({
      ...(start !== undefined && end !== undefined && { start, end }),
      ...(title !== undefined && { title }),
      ...(resourceId !== undefined && { resource_id: resourceId.replace('bay-', '') }),
    });
    const standing = this.bookings.filter((booking) => this.#world.book.get(booking.id).status !== 'cancelled');
    const which = standing.findIndex((booking) => booking.id === id);
    if (which < 0 || Object.keys(patch).length === 0) return;
    try {
      if (this.#inSystem(which, () => patch) && resourceId !== undefined) this.#moved.system.add(id);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  /** Whether the edit was made. */
  make(edit: Edit): boolean {
    try {
      return this.#make(edit);
    } catch (error) {
      if (error instanceof Refusal || error instanceof GoogleApiError) return false;
      throw error;
    }
  }

  #make(edit: Edit): boolean {
    switch (edit.do) {
      case 'book':
        return this.#book(edit.bay, edit.slot, edit.title);
      case 'system-move':
        return this.#inSystem(edit.which, () => timesOf(edit.slot));
      case 'system-bay':
        return this.#moveInSystem(edit.which);
      case 'system-title':
        return this.#inSystem(edit.which, () => ({ title: edit.title }));
      case 'system-cancel':
        return this.#cancelInSystem(edit.which);
      case 'calendar-move':
        return this.#onCalendar(edit.which, calendarTimes(edit.slot), { time: timeOf(edit.slot) });
      case 'calendar-title':
        return this.#onCalendar(edit.which, { summary: edit.title }, { title: edit.title });
      case 'calendar-note':
        return this.#note(edit.which, edit.text);
      case 'calendar-bay':
        return this.#drag(edit.which);
      case 'calendar-delete':
        return this.#deleteOnCalendar(edit.which);
      case 'own-add':
        return this.own.add(edit.bay, edit.slot, edit.title);
      case 'own-move':
        return this.own.move(edit.which, edit.slot);
      case 'own-delete':
        return this.own.delete(edit.which);
      case 'book-day':
        return this.#bookDay(edit.bay, edit.day);
      case 'clear-calendar':
        return this.#clear(edit.bay, edit.isMeant);
      case 'settle-proposal':
      case 'rename-resource':
      case 'pause-binding':
      case 'resume-binding':
      case 'unbind':
      case 'bind':
        return this.decisions.make(edit);
      case 'expire-sync-tokens':
        this.#world.google.syncTokens.expireAll();
        return true;
      case 'expire-channels':
        this.#world.google.channels.expireAll();
        return true;
    }
  }

  #book(bay: Bay, slot: Slot, title: string): boolean {
    const body = { ...timesOf(slot), resource_id: String(bay), title, status: 'confirmed' } as const;
    const made = this.#world.book.create({ ...body, external_ref: null, service_id: null, customer: null });
    this.bookings.push(new ExpectedBooking(made.id, toldBy(made)));
    return true;
  }

  #bookDay(bay: Bay, day: number): boolean {
    const hours = Array.from({ length: HOURS_OF_A_DAY }, (_, hour) => hour);
    return hours
      .map((hour) => this.make({ do: 'book', bay, slot: { day, hour, hours: 1 }, title: 'Camp' }))
      .includes(true);
  }

  #clear(bay: Bay, isMeant: boolean): boolean {
    const shown = this.bookings.map((booking) => ({ booking, events: eventsOf(booking.id, this.#world) }));
    const alone = shown.filter(({ events }) => events.length === 1 && events[0]?.bay === bay);
    // Dragged there just before, an event counts for the calendar it was dragged from: its deletion alone is believed.
    const isCounted = ({ id }: ExpectedBooking) => !this.#moved.calendar.has(id);
    const counted = alone.filter(({ booking }) => isCounted(booking));
    if (counted.length < FEWEST_CLEARED || !this.decisions.clears(bay, isMeant)) return false;
    // What was deleted by itself just before is held with them, and comes back with them.
    if (!isMeant) for (const booking of this.bookings) booking.mayReturn();
    for (const { booking, events } of alone) {
      for (const { event } of events) this.#delete(bay, event.id);
      booking.cancels('calendar');
      if (!isMeant && isCounted(booking)) booking.regretsIt();
    }
    return true;
  }

  #inSystem(which: number, patchOf: (appointment: Appointment) => AppointmentPatch): boolean {
    const found = this.#standing(which);
    if (!found) return false;
    const before = this.#world.book.get(found.id);
    const after = this.#world.book.change(found.id, before.version, patchOf(before));
    if (after === before) return false;
    const [was, is] = [toldBy(before), toldBy(after)];
    const said = {
      ...(was.time !== is.time && { time: is.time }),
      ...(was.bay !== is.bay && { bay: is.bay }),
      ...(was.title !== is.title && { title: is.title }),
    };
    found.says('system', said, was);
    return true;
  }

  #moveInSystem(which: number): boolean {
    const { id = '' } = this.#standing(which) ?? {};
    const isMoved = this.#inSystem(which, ({ resource_id }) => ({ resource_id: resource_id === '1' ? '2' : '1' }));
    if (isMoved) this.#moved.system.add(id);
    return isMoved;
  }

  #cancelInSystem(which: number): boolean {
    const found = this.#standing(which);
    if (!found) return false;
    this.#world.book.cancel(found.id, 'changed plans');
    found.cancels('system');
    return true;
  }

  #onCalendar(which: number, change: CalendarEvent, told: Partial<Told>): boolean {
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

  #note(which: number, text: string): boolean {
    const found = this.#shown(which);
    if (!found) return false;
    this.#patch(found.shown.bay, found.shown.event.id, { description: text });
    this.notes.set(`${found.shown.event.id} on bay ${found.shown.bay}`, text);
    return true;
  }

  #drag(which: number): boolean {
    const found = this.#shown(which);
    if (!found) return false;
    const { bay, event } = found.shown;
    const other = bay === 1 ? 2 : 1;
    if (!this.decisions.edits(other)) return false;
    this.#touched.add(bay);
    const destination = calendarOfBay(other);
    this.#world.google.asOwner('events.move', { calendarId: calendarOfBay(bay), eventId: event.id, destination });
    found.booking.says('calendar', { bay: other }, toldBy(this.#world.book.get(found.booking.id)));
    this.#carryNote(event.id, bay, other);
    this.#moved.calendar.add(found.booking.id);
    return true;
  }

  /** An event that is dragged keeps its id, and what is written on it. */
  #carryNote(eventId: string, from: Bay, to: Bay): void {
    const note = this.notes.get(`${eventId} on bay ${from}`);
    this.notes.delete(`${eventId} on bay ${from}`);
    if (note === undefined) this.notes.delete(`${eventId} on bay ${to}`);
    else this.notes.set(`${eventId} on bay ${to}`, note);
  }

  #deleteOnCalendar(which: number): boolean {
    const found = this.#deletions < MOST_DELETIONS ? this.#shown(which) : undefined;
    if (!found) return false;
    const { bay, event } = found.shown;
    this.#delete(bay, event.id);
    found.booking.cancels('calendar');
    if (this.decisions.mistakes > 0) found.booking.mayReturn();
    this.#deletions++;
    return true;
  }

  #delete(bay: Bay, eventId: string): void {
    this.#world.google.asOwner('events.delete', { calendarId: calendarOfBay(bay), eventId });
    this.notes.delete(`${eventId} on bay ${bay}`);
    this.#touched.add(bay);
  }

  #patch(bay: Bay, eventId: string, requestBody: CalendarEvent): void {
    this.#world.google.asOwner('events.patch', { calendarId: calendarOfBay(bay), eventId, requestBody });
  }

  #standing(which: number): ExpectedBooking | undefined {
    const standing = this.bookings.filter(({ id }) => this.#world.book.get(id).status !== 'cancelled');
    return standing[which % Math.max(1, standing.length)];
  }

  /** A standing booking and its event, where it has just one. */
  #shown(which: number): { readonly booking: ExpectedBooking; readonly shown: Shown } | undefined {
    const booking = this.#standing(which);
    if (!booking) return undefined;
    const [shown, second] = eventsOf(booking.id, this.#world);
    return shown && !second && this.decisions.edits(shown.bay) ? { booking, shown } : undefined;
  }
}
