import { GoogleApiError } from '../google/google-error.ts';
import type { Bay } from '../studio/loft-bays.ts';
import { type Appointment, type AppointmentPatch, patchSchema } from '../uschedule/appointment.ts';
import { Refusal } from '../uschedule/refusal.ts';
import { BookedEvents, type Bookings } from './booked-events.ts';
import { Decisions } from './decisions.ts';
import { ExpectedBooking } from './expected.ts';
import type { Edit, Slot } from './history.ts';
import { OwnEvents } from './own-events.ts';
import { calendarTimes, timeOf, timesOf, toldBy, toldUnlessCancelled } from './told.ts';
import type { World } from './world.ts';

const HOURS_OF_A_DAY = 8;

/** Makes the edits of a history as people do: on what they see at that moment. What cannot be done is not done. */
export class Play {
  readonly bookings: ExpectedBooking[] = [];
  /** The events of bookings, as staff see and edit them. */
  readonly events: BookedEvents;
  readonly own: OwnEvents;
  readonly decisions: Decisions;
  /** Bookings that the booking system moved to the other bay in this round. */
  readonly #movedInSystem = new Set<string>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
    this.own = new OwnEvents(world);
    this.decisions = new Decisions(world, this);
    const bookings: Bookings = { all: this.bookings, standing: (which) => this.#standing(which) };
    this.events = new BookedEvents(world, bookings, this.decisions);
  }

  /** All sides agree: what follows is judged on its own. */
  beginRound(): void {
    this.events.beginRound();
    this.#movedInSystem.clear();
    for (const booking of this.bookings) booking.settle(toldUnlessCancelled(this.#world.book.get(booking.id)));
  }

  /** What is left on a calendar by a process that died while an event was dragged away is found by the audit alone. */
  get needsAudit(): boolean {
    return this.events.dragged.size > 0;
  }

  /** Dragged by staff to where the booking system had moved it, a booking may stand there twice for a moment. */
  mayBeDoubled(bookingId: string): boolean {
    return this.#movedInSystem.has(bookingId) && this.events.dragged.has(bookingId);
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
      if (this.#inSystem(which, () => patch) && resourceId !== undefined) this.#movedInSystem.add(id);
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
        return this.events.edit(edit.which, calendarTimes(edit.slot), { time: timeOf(edit.slot) });
      case 'calendar-title':
        return this.events.edit(edit.which, { summary: edit.title }, { title: edit.title });
      case 'calendar-note':
        return this.events.note(edit.which, edit.text);
      case 'calendar-bay':
        return this.events.drag(edit.which);
      case 'calendar-delete':
        return this.events.delete(edit.which);
      case 'own-add':
        return this.own.add(edit.bay, edit.slot, edit.title);
      case 'own-move':
        return this.own.move(edit.which, edit.slot);
      case 'own-delete':
        return this.own.delete(edit.which);
      case 'book-day':
        return this.#bookDay(edit.bay, edit.day);
      case 'clear-calendar':
        return this.events.clear(edit.bay, edit.isMeant);
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
    if (isMoved) this.#movedInSystem.add(id);
    return isMoved;
  }

  #cancelInSystem(which: number): boolean {
    const found = this.#standing(which);
    if (!found) return false;
    this.#world.book.cancel(found.id, 'changed plans');
    found.cancels('system');
    return true;
  }

  #standing(which: number): ExpectedBooking | undefined {
    const standing = this.bookings.filter(({ id }) => this.#world.book.get(id).status !== 'cancelled');
    return standing[which % Math.max(1, standing.length)];
  }
}
