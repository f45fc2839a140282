import { type Appointment, connectStudio, type GoogleEvent, type StudioClient } from './studio-client.ts';

/** One line of the checklist: what was checked, how long it took to come true, and whether it did. */
export interface ChecklistLine {
  readonly what: string;
  readonly milliseconds: number;
  readonly failure?: string;
}

const PATIENCE_MS = 30_000;
const LOOK_EVERY_MS = 20;
const BOOKED_AHEAD = 40;
const HOUR_MS = 3_600_000;

/**
 * Walks The Loft's checklist against a running studio, for both bays: bind a bay that has forty bookings, then create,
 * move, rename and cancel on either side, and move to the other bay. Reports each line as it comes true.
 */
export async function walkChecklist(
  addresses: { readonly serviceUrl: string; readonly sandboxUrl: string },
  report: (line: ChecklistLine) => void,
): Promise<void> {
  const studio = connectStudio(addresses.serviceUrl, addresses.sandboxUrl);
  const walk = new Walk(studio, report);
  await walk.findFreeHours();
  for (const bay of [1, 2] as const) {
    await walk.bindWithBookings(bay);
    await walk.edits(bay, bay === 1 ? 2 : 1);
  }
  await walk.end();
}

type Bay = 1 | 2;

interface AppointmentPage {
  readonly data: readonly Appointment[];
  readonly next_cursor: string | null;
}

class Walk {
  readonly #studio: StudioClient;
  readonly #report: (line: ChecklistLine) => void;
  /** Each booking gets an hour of its own, from the day after tomorrow on, behind all that are booked already. */
  #nextHour = Math.ceil(Date.now() / HOUR_MS) + 48;

  constructor(studio: StudioClient, report: (line: ChecklistLine) => void) {
    this.#studio = studio;
    this.#report = report;
  }

  /** The checklist may be walked twice on one studio. */
  async findFreeHours(): Promise<void> {
    let cursor: string | null = '';
    do {
      const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: AppointmentPage = await this.#studio.uschedule('GET', `/appointments?limit=200${query}`);
      for (const { end } of page.data) this.#nextHour = Math.max(this.#nextHour, Math.ceil(Date.parse(end) / HOUR_MS));
      cursor = page.next_cursor;
    } while (cursor !== null);
  }

  async bindWithBookings(bay: Bay): Promise<void> {
    const [binding] = (await this.#bindings()).filter(({ resourceId }) => resourceId === `bay-${bay}`);
    if (binding) await this.#studio.api('DELETE', `/v1/bindings/${binding.id}?events=remove`);
    await this.#until(
      'unbound',
      async () => !(await this.#bindings()).some(({ resourceId }) => resourceId === `bay-${bay}`),
    );
    for (let count = 0; count < BOOKED_AHEAD; count++) await this.#book(bay, `Regular ${count + 1}`);
    await this.#line(
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
    const event = async () => this.#eventOf(booked.id, bay);
    const change = async (part: Partial<Appointment>) => {
      const { version } = await this.#appointment(booked.id);
      await this.#studio.uschedule('PATCH', `/appointments/${booked.id}`, part, { 'if-match': `"${version}"` });
    };
    const edit = async (part: unknown) => {
      const found = await event();
      await this.#studio.google('PATCH', `${calendarOf(bay)}/events/${found?.id}`, part);
    };
    await this.#line(
      `bay ${bay}: a booking made in USchedule stands on the calendar`,
      async () => {
        booked = await this.#book(bay, 'Lesson');
      },
      async () => (await event())?.summary === 'Lesson',
    );
    const moved = this.#slot();
    await this.#line(
      `bay ${bay}: moved in USchedule, it moves on the calendar`,
      () => change(moved),
      async () => sameInstant((await event())?.start.dateTime, moved.start),
    );
    await this.#line(
      `bay ${bay}: renamed in USchedule, it is renamed on the calendar`,
      () => change({ title: 'Fitting' }),
      async () => (await event())?.summary === 'Fitting',
    );
    const dragged = this.#slot();
    await this.#line(
      `bay ${bay}: dragged on the calendar, the booking moves`,
      () => edit({ start: { dateTime: dragged.start }, end: { dateTime: dragged.end } }),
      async () => sameInstant((await this.#appointment(booked.id)).start, dragged.start),
    );
    await this.#line(
      `bay ${bay}: renamed on the calendar, the booking is renamed`,
      () => edit({ summary: 'Fitting with coach' }),
      async () => (await this.#appointment(booked.id)).title === 'Fitting with coach',
    );
    await this.#line(
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
    await this.#rest();
    await this.#line(
      `bay ${other}: deleted on the calendar, the booking is cancelled`,
      () => this.#deleteEventOf(booked.id, other),
      async () => (await this.#appointment(booked.id)).status === 'cancelled',
    );
    const cancelled = await this.#book(bay, 'Called off');
    await this.#until('on the calendar', async () => (await this.#eventOf(cancelled.id, bay)) !== undefined);
    await this.#line(
      `bay ${bay}: cancelled in USchedule, it leaves the calendar`,
      () => this.#studio.uschedule('POST', `/appointments/${cancelled.id}/cancel`, { reason: 'changed plans' }),
      async () => (await this.#eventOf(cancelled.id, bay)) === undefined,
    );
  }

  async end(): Promise<void> {
    await this.#line(
      'nothing is left to do',
      () => this.#rest(),
      async () => true,
    );
    await this.#line(
      'no event and no booking is doubled',
      async () => {},
      () => this.#nothingDoubled(),
    );
    await this.#line(
      'the audit finds nothing',
      async () => {},
      async () => {
        const audits = await Promise.all(
          (await this.#bindings()).map(({ id }) =>
            this.#studio.api<{ findings: unknown[] }>('POST', `/v1/bindings/${id}:audit?dryRun=true`),
          ),
        );
        return audits.every(({ findings }) => findings.length === 0);
      },
    );
  }

  /** A deletion that meets a move still under way is undone, as an edit that meets a change in USchedule may be. */
  async #rest(): Promise<void> {
    await this.#studio.sandbox('GET', `/quiesce?timeoutMs=${PATIENCE_MS}`);
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

  /** Does `act`, then looks until `seen` holds; the time between is the line's. */
  async #line(what: string, act: () => Promise<unknown>, seen: () => Promise<boolean>): Promise<void> {
    const startedAt = performance.now();
    try {
      await act();
      await this.#until(what, seen);
      this.#report({ what, milliseconds: performance.now() - startedAt });
    } catch (error) {
      this.#report({ what, milliseconds: performance.now() - startedAt, failure: (error as Error).message });
      throw error;
    }
  }

  async #until(what: string, seen: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!(await seen())) {
      if (performance.now() > deadline) throw new Error(`not within ${PATIENCE_MS / 1000} s: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  #slot(): { readonly start: string; readonly end: string } {
    const hour = this.#nextHour++;
    return { start: new Date(hour * HOUR_MS).toISOString(), end: new Date((hour + 1) * HOUR_MS).toISOString() };
  }

  #book(bay: Bay, title: string): Promise<Appointment> {
    return this.#studio.uschedule('POST', '/appointments', { resource_id: String(bay), title, ...this.#slot() });
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

  async #deleteEventOf(appointmentId: string, bay: Bay): Promise<void> {
    const found = await this.#eventOf(appointmentId, bay);
    await this.#studio.google('DELETE', `${calendarOf(bay)}/events/${found?.id}`);
  }

  async #eventOf(appointmentId: string, bay: Bay): Promise<GoogleEvent | undefined> {
    const query = `privateExtendedProperty=${encodeURIComponent(`uscheduleAppointmentId=${appointmentId}`)}`;
    const { items } = await this.#studio.google<{ items: GoogleEvent[] }>('GET', `${calendarOf(bay)}/events?${query}`);
    return items[0];
  }
}

function calendarOf(bay: Bay): string {
  return `loft-bay-${bay}@sandbox`;
}

function sameInstant(a: string | undefined, b: string): boolean {
  return a !== undefined && Date.parse(a) === Date.parse(b);
}
