import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { PreconditionFailed, Rejected, TimeTaken } from '@dovetail/core/domain/errors.ts';
import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import { addDays, instantOf } from '@dovetail/core/domain/interval.ts';
import { busyTime } from '@dovetail/core/ledger/busy-time.ts';
import { readStandingLines } from '@dovetail/core/ledger/read-standing-lines.ts';
import { bookDirectly } from '@dovetail/core/sync/direct/book-directly.ts';
import { cancelDirect } from '@dovetail/core/sync/direct/cancel-direct.ts';
import { changeDirect } from '@dovetail/core/sync/direct/change-direct.ts';
import type { DirectDeps } from '@dovetail/core/sync/direct/commit-direct.ts';
import { confirmHold } from '@dovetail/core/sync/direct/confirm-hold.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { resource } from '../made-resource.ts';
import { Ledger, TENANT } from './ledger.ts';
import { expectPagesToEqualEvents } from './ledger-consistency.ts';
import { RecordingTaskQueue } from './run-service-server.ts';

/** A house whose rooms are taken with it, and that is taken with any of them. */
const ROOMS = ['sol', 'mar'];
const RESOURCES = ['house', ...ROOMS];
const NIGHTS = 8;
const MINUTE = 60_000;
const night = (offset: number) => addDays('2027-06-01', offset);

const stay = fc.record({
  resourceId: fc.constantFrom(...RESOURCES),
  from: fc.integer({ min: 0, max: NIGHTS - 1 }),
  nights: fc.integer({ min: 1, max: 3 }),
});
const which = fc.nat(6);
const step = fc.oneof(
  fc.record({ do: fc.constant('book' as const), stay }),
  fc.record({ do: fc.constant('hold' as const), stay, minutes: fc.constantFrom(10, 20) }),
  fc.record({ do: fc.constant('confirm' as const), which }),
  fc.record({ do: fc.constant('move' as const), which, stay }),
  fc.record({ do: fc.constant('cancel' as const), which }),
  fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(5, 10) }),
);
type Stay = typeof stay extends fc.Arbitrary<infer T> ? T : never;
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What is known of a booking without any ledger. */
interface Known extends Stay {
  until?: number;
  cancelled?: boolean;
}

/** Bookings as a list that is searched from end to end. */
class Model {
  readonly known: Known[] = [];
  now = 0;

  stands({ until, cancelled }: Known): boolean {
    return !cancelled && (until === undefined || until > this.now);
  }

  isFree(wanted: Stay, but?: Known): boolean {
    return !this.known.some(
      (one) =>
        one !== but &&
        this.stands(one) &&
        (one.resourceId === wanted.resourceId || one.resourceId === 'house' || wanted.resourceId === 'house') &&
        one.from < wanted.from + wanted.nights &&
        wanted.from < one.from + one.nights,
    );
  }

  isTaken(resourceId: string, offset: number): boolean {
    return !this.isFree({ resourceId, from: offset, nights: 1 });
  }
}

/** A ledger and a plain list that are told the same, and must answer the same. */
class Twins {
  readonly model = new Model();
  readonly ledger = new Ledger(openSqliteDocumentStore());
  readonly deps: DirectDeps = { ...this.ledger.deps, tasks: new RecordingTaskQueue() };
  readonly #begun = this.ledger.now;
  readonly #bookings: LedgerEvent[] = [];

  async open(): Promise<void> {
    const { documents, store } = this.deps;
    const relations = [{ type: 'parent', resourceId: 'house' }] as const;
    await documents.commit([
      store.resources.set(TENANT, resource('house', { kind: 'nightly', relatedFrom: ROOMS })),
      ...ROOMS.map((id) => store.resources.set(TENANT, resource(id, { kind: 'nightly', relations }))),
    ]);
  }

  async take(one: Step): Promise<void> {
    if (one.do === 'book') return this.#book(one.stay);
    if (one.do === 'hold') return this.#book(one.stay, this.model.now + one.minutes);
    if (one.do === 'wait') {
      this.model.now += one.minutes;
      this.ledger.now = this.#begun + this.model.now * MINUTE;
      return;
    }
    const [known, booking] = [this.model.known[one.which], this.#bookings[one.which]];
    if (!known || !booking) return;
    const current = (await this.ledger.event(booking.id)) as LedgerEvent;
    if (one.do === 'cancel') return this.#cancel(known, current);
    return one.do === 'confirm' ? this.#confirm(known, current) : this.#move(known, current, one.stay);
  }

  async #book(wanted: Stay, until?: number): Promise<void> {
    const { resourceId } = wanted;
    const hold = until === undefined ? {} : { holdUntil: instantOf(this.#begun + until * MINUTE) };
    const draft = { id: this.deps.newId(), resourceId, ...intervalOf(wanted), ...hold };
    const work = bookDirectly({ tenantId: TENANT, draft }, this.deps);
    const expected = this.model.isFree(wanted) ? 'done' : 'taken';
    expect(await outcomeOf(work)).toBe(expected);
    if (expected === 'taken') return;
    this.model.known.push({ ...wanted, ...(until !== undefined && { until }) });
    this.#bookings.push(await work);
  }

  async #confirm(known: Known, hold: LedgerEvent): Promise<void> {
    const isFree = known.until === undefined || this.model.isFree(known, known);
    const expected = known.cancelled ? 'refused' : isFree ? 'done' : 'taken';
    expect(await outcomeOf(confirmHold({ tenantId: TENANT, hold, details: {} }, this.deps))).toBe(expected);
    if (expected === 'done') delete known.until;
  }

  async #move(known: Known, booking: LedgerEvent, to: Stay): Promise<void> {
    const change = { resourceId: to.resourceId, interval: intervalOf(to) };
    const expected = !this.model.stands(known) ? 'refused' : this.model.isFree(to, known) ? 'done' : 'taken';
    expect(await outcomeOf(changeDirect({ tenantId: TENANT, booking, change }, this.deps))).toBe(expected);
    if (expected === 'done') Object.assign(known, to);
  }

  async #cancel(known: Known, { id }: LedgerEvent): Promise<void> {
    await cancelDirect({ tenantId: TENANT, eventId: id }, this.deps);
    known.cancelled = true;
  }

  /** Every night of every resource is as busy in the one as in the other. */
  async expectAgreement(): Promise<void> {
    const whole = intervalOf({ from: 0, nights: NIGHTS + 3 });
    for (const resourceId of RESOURCES) {
      const lines = await readStandingLines({ tenantId: TENANT, resourceId, interval: whole }, this.deps);
      const busy = busyTime(lines, whole);
      const nights = Array.from({ length: NIGHTS + 3 }, (_, offset) => offset);
      const isBusy = (offset: number) => busy.some(({ start, end }) => start <= night(offset) && night(offset) < end);
      expect(nights.map(isBusy)).toEqual(nights.map((offset) => this.model.isTaken(resourceId, offset)));
    }
  }
}

const intervalOf = ({ from, nights }: Pick<Stay, 'from' | 'nights'>) => ({
  start: night(from),
  end: night(from + nights),
});

async function outcomeOf(work: Promise<unknown>): Promise<'done' | 'taken' | 'refused'> {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (error instanceof TimeTaken) return 'taken';
    if (error instanceof Rejected || error instanceof PreconditionFailed) return 'refused';
    throw error;
  }
}

it('whatever is booked, held, confirmed, moved and cancelled, in whatever time, no night is taken twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const twins = new Twins();
      await twins.open();
      for (const one of steps) {
        await twins.take(one);
        await twins.expectAgreement();
      }
      await expectPagesToEqualEvents(TENANT, twins.deps);
      const alerts = twins.ledger.log.lines.filter(({ severity }) => severity === 'ALERT');
      expect(alerts, 'no conflict was opened').toEqual([]);
      await twins.ledger.close();
    }),
    { numRuns: 60 },
  );
}, 120_000);
