import type { Bay } from '../studio/loft-bays.ts';
import { type Lines, settle } from './checklist-lines.ts';
import { book, calendarOf, eventOf, type FreeHours, findFreeHours, isAudited, sameInstant } from './loft-bays.ts';
import type { Appointment, GoogleEvent, StudioClient } from './studio-client.ts';

const BOOKED_AHEAD = 40;

/**
 * Walks The Loft's checklist for both bays: bind a bay that has forty bookings, then create, move, rename and cancel on
 * either side, and move to the other bay; at the end nothing is doubled, and an audit finds nothing.
 */
export async function walkCalendars(studio: StudioClient, lines: Lines): Promise<void> {
  const walk = new Walk(studio, lines, await findFreeHours(studio));
  for (const bay of [1, 2] as const) {
    await walk.bindWithBookings(bay);
    await walk.edits(bay, bay === 1 ? 2 : 1);
    await walk.cancels(bay);
  }
  await walk.end();
}

class Walk {
  readonly #studio: StudioClient;
  readonly #lines: Lines;
  readonly #hours: FreeHours;

  constructor(studio: StudioClient, lines: Lines, hours: FreeHours) {
    this.#studio = studio;
    this.#lines = lines;
    this.#hours = hours;
  }

  async bindWithBookings(bay: Bay): Promise<void> {
    const [binding] = (await this.#bindings()).filter(({ resourceId }) => resourceId === `bay-${bay}`);
    if (binding) await this.#studio.api('DELETE', `/v1/bindings/${binding.id}?events=remove`);
    await this.#lines.until(
      'unbound',
      async () => !(await this.#bindings()).some(({ resourceId }) => resourceId === `bay-${bay}`),
    );
    for (let count = 0; count < BOOKED_AHEAD; count++) await this.#book(bay, `Regular ${count + 1}`);
    await this.#lines.line(
      `bay ${bay}: a calendar bound to a bay with ${BOOKED_AHEAD} bookings shows them all`,
      () =>
        this.#studio.api('POST', '/v1/bindings', {
          id: `bay-${bay}-google`,
          resourceId: `bay-${bay}`,
          calendarId: calendarOf(bay),
        }),
      async () =>
        (await this.#events(bay)).filter(({ summary }) => summary?.startsWith('Regular')).length >= BOOKED_AHEAD,
    );
  }

  async edits(bay: Bay, other: Bay): Promise<void> {
    let booked = {} as Appointment;
    const event = async () => eventOf(booked.id, bay, this.#studio);
    const change = async (part: Partial<Appointment>) => {
      const { version } = await this.#appointment(booked.id);
      await this.#studio.uschedule('PATCH', `/appointments/${booked.id}`, part, { 'if-match': `"${version}"` });
    };
    const edit = async (part: unknown) => {
      const found = await event();
      await this.#studio.google('PATCH', `${calendarOf(bay)}/events/${found?.id}`, part);
    };
    await this.#lines.line(
      `bay ${bay}: a booking made in USchedule stands on the calendar`,
      async () => {
        booked = await this.#book(bay, 'Lesson');
      },
      async () => (await event())?.summary === 'Lesson',
    );
    const moved = this.#hours.next();
    await this.#lines.line(
      `bay ${bay}: moved in USchedule, it moves on the calendar`,
      () => change(moved),
      async () => sameInstant((await event())?.start.dateTime, moved.start),
    );
    await this.#lines.line(
      `bay ${bay}: renamed in USchedule, it is renamed on the calendar`,
      () => change({ title: 'Fitting' }),
      async () => (await event())?.summary === 'Fitting',
    );
    const dragged = this.#hours.next();
    await this.#lines.line(
      `bay ${bay}: dragged on the calendar, the booking moves`,
      () => edit({ start: { dateTime: dragged.start }, end: { dateTime: dragged.end } }),
      async () => sameInstant((await this.#appointment(booked.id)).start, dragged.start),
    );
    await this.#lines.line(
      `bay ${bay}: renamed on the calendar, the booking is renamed`,
      () => edit({ summary: 'Fitting with coach' }),
      async () => (await this.#appointment(booked.id)).title === 'Fitting with coach',
    );
    await this.#lines.line(
      `bay ${bay}: moved to the other calendar, the booking moves to bay ${other}`,
      async () => {
        const found = await event();
        await this.#studio.google(
          'POST',
          `${calendarOf(bay)}/events/${found?.id}/move?destination=${calendarOf(other)}`,
        );
      },
      async () => (await this.#appointment(booked.id)).resource_id === String(other),
    );
    // A move that is still being carried through goes before the deletion of what it moved.
    await settle(this.#studio);
    await this.#lines.line(
      `bay ${other}: deleted on the calendar, the booking is cancelled`,
      async () => {
        const found = await eventOf(booked.id, other, this.#studio);
        await this.#studio.google('DELETE', `${calendarOf(other)}/events/${found?.id}`);
      },
      async () => (await this.#appointment(booked.id)).status === 'cancelled',
    );
  }

  async cancels(bay: Bay): Promise<void> {
    const cancelled = await this.#book(bay, 'Called off');
    await this.#lines.until(
      'on the calendar',
      async () => (await eventOf(cancelled.id, bay, this.#studio)) !== undefined,
    );
    await this.#lines.line(
      `bay ${bay}: cancelled in USchedule, it leaves the calendar`,
      () => this.#studio.uschedule('POST', `/appointments/${cancelled.id}/cancel`, { reason: 'changed plans' }),
      async () => (await eventOf(cancelled.id, bay, this.#studio)) === undefined,
    );
  }

  async end(): Promise<void> {
    await this.#lines.line(
      'nothing is left to do',
      () => settle(this.#studio),
      async () => true,
    );
    await this.#lines.line(
      'no event and no booking is doubled',
      async () => {},
      () => this.#nothingDoubled(),
    );
    await this.#lines.line(
      'the audit finds nothing',
      async () => {},
      async () => isAudited(this.#studio),
    );
  }

  async #nothingDoubled(): Promise<boolean> {
    const ids: string[] = [];
    for (const bay of [1, 2] as const) {
      for (const event of await this.#events(bay)) {
        const id = event.extendedProperties?.private?.uscheduleAppointmentId;
        if (id !== undefined) ids.push(id);
      }
    }
    return new Set(ids).size === ids.length;
  }

  #book(bay: Bay, title: string): Promise<Appointment> {
    return book(bay, title, this.#hours.next(), this.#studio);
  }

  #appointment(id: string): Promise<Appointment> {
    return this.#studio.uschedule('GET', `/appointments/${id}`);
  }

  async #bindings(): Promise<readonly { readonly id: string; readonly resourceId: string }[]> {
    return (await this.#studio.api<{ items: { id: string; resourceId: string }[] }>('GET', '/v1/bindings')).items;
  }

  async #events(bay: Bay): Promise<readonly GoogleEvent[]> {
    return (await this.#studio.google<{ items: GoogleEvent[] }>('GET', `${calendarOf(bay)}/events?maxResults=2500`))
      .items;
  }
}
