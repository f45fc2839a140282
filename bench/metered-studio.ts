import type { BilledOperations } from '@dovetail/core/adapters/metered/billing-meter.ts';
import type { Log } from '@dovetail/core/ports/log.ts';
import { type Appointment, connectStudio, type StudioClient } from '@dovetail/sandbox/checklist/studio-client.ts';
import { type Studio, startStudio } from '@dovetail/sandbox/studio/studio.ts';

const MINUTE_MS = 60_000;
const START = Date.parse('2027-06-01T12:00:00Z');
/** Bookings are made from here on, an hour each. */
const FIRST_HOUR = Date.parse('2027-07-01T08:00:00Z');
const HOUR_MS = 3_600_000;

const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {}, alert: () => {} };

/** Billed operations, by the names they have in the table. */
export type Cost = {
  readonly reads: number;
  readonly writes: number;
  readonly deletes: number;
  readonly tasks: number;
};

/**
 * A studio in this process whose bill can be read for one thing at a time. Its time is moved by hand, and schedules fire
 * on the minute, so between two of them nothing is billed but what is measured.
 */
export class MeteredStudio {
  readonly studio: Studio;
  readonly client: StudioClient;
  #nextHour = 0;

  constructor(studio: Studio) {
    this.studio = studio;
    this.client = connectStudio(studio.url, studio.sandboxUrl);
  }

  static async open(): Promise<MeteredStudio> {
    const metered = new MeteredStudio(await startStudio({ port: 0, sandboxPort: 0, startAt: START, log: SILENT }));
    await metered.studio.clock.advance(MINUTE_MS);
    return metered;
  }

  /** What `act` is billed, with all it causes within the next `seconds` of the studio's time, at most 50. */
  async cost(act: () => Promise<unknown>, seconds = 30): Promise<Cost> {
    const { clock, meter } = this.studio;
    await clock.advance(MINUTE_MS - (clock.now() % MINUTE_MS) + 1_000);
    meter.reset();
    await act();
    await clock.advance(seconds * 1_000);
    return costOf(meter.snapshot());
  }

  /** An hour that no other appointment of this studio has. */
  freeHour(): { readonly start: string; readonly end: string } {
    const start = FIRST_HOUR + this.#nextHour++ * HOUR_MS;
    return { start: new Date(start).toISOString(), end: new Date(start + HOUR_MS).toISOString() };
  }

  book(bay: 1 | 2): Promise<Appointment> {
    return this.client.uschedule('POST', '/appointments', {
      resource_id: String(bay),
      title: 'Lesson',
      customer: { name: 'Robin Example' },
      ...this.freeHour(),
    });
  }

  /** Makes bookings that no webhook tells of. */
  seed(bay: 1 | 2, count: number): void {
    const seeds = Array.from({ length: count }, () => ({
      resource_id: String(bay),
      title: 'Lesson',
      customer: { name: 'Robin Example' },
      ...this.freeHour(),
    }));
    this.studio.uschedule.seedAppointments(seeds);
  }
}

/** The operations under the table's names. */
export function costOf({ reads, writes, deletes, taskCreations }: BilledOperations): Cost {
  return { reads, writes, deletes, tasks: taskCreations };
}

/** Each number of `cost` divided by `count`. */
export function share(cost: Cost, count: number): Cost {
  const { reads, writes, deletes, tasks } = cost;
  return { reads: reads / count, writes: writes / count, deletes: deletes / count, tasks: tasks / count };
}
