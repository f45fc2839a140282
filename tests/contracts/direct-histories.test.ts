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
import { Ledger, resource, TENANT } from './ledger.ts';
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

const refusal = async (work: Promise<unknown>): Promise<'done' | 'taken' | 'refused'> => {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (error instanceof TimeTaken) return 'taken';
    if (error instanceof Rejected || error instanceof PreconditionFailed) return 'refused';
    throw error;
  }
};

it('whatever is booked, held, confirmed, moved and cancelled, in whatever time, no night is taken twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const ledger = new Ledger(openSqliteDocumentStore());
      const deps: DirectDeps = { ...ledger.deps, tasks: new RecordingTaskQueue() };
      const { documents, store } = deps;
      const begun = ledger.now;
      await documents.commit([
        store.resources.set(TENANT, resource('house', { kind: 'nightly', relatedFrom: ROOMS })),
        ...ROOMS.map((id) =>
          store.resources.set(
            TENANT,
            resource(id, { kind: 'nightly', relations: [{ type: 'parent', resourceId: 'house' }] }),
          ),
        ),
      ]);
      const model = new Model();
      const events: LedgerEvent[] = [];
      const interval = ({ from, nights }: Stay) => ({ start: night(from), end: night(from + nights) });
      for (const one of steps) {
        if (one.do === 'wait') {
          model.now += one.minutes;
          ledger.now = begun + model.now * MINUTE;
        } else if (one.do === 'book' || one.do === 'hold') {
          const draft = {
            id: `b-${model.known.length}-${steps.indexOf(one)}`,
            resourceId: one.stay.resourceId,
            ...interval(one.stay),
          };
          const until = one.do === 'hold' ? model.now + one.minutes : undefined;
          const hold = until === undefined ? {} : { holdUntil: instantOf(begun + until * MINUTE) };
          const work = bookDirectly({ tenantId: TENANT, draft: { ...draft, ...hold } }, deps);
          const expected = model.isFree(one.stay) ? 'done' : 'taken';
          expect(await refusal(work)).toBe(expected);
          if (expected === 'done') {
            model.known.push({ ...one.stay, ...(until !== undefined && { until }) });
            events.push(await work);
          }
        } else {
          const known = model.known[one.which];
          const booking = events[one.which];
          if (!known || !booking) continue;
          const current = (await ledger.event(booking.id)) as LedgerEvent;
          if (one.do === 'cancel') {
            await cancelDirect({ tenantId: TENANT, eventId: booking.id }, deps);
            known.cancelled = true;
          } else if (one.do === 'confirm') {
            const expected = known.cancelled
              ? 'refused'
              : known.until === undefined || model.isFree(known, known)
                ? 'done'
                : 'taken';
            expect(await refusal(confirmHold({ tenantId: TENANT, hold: current, details: {} }, deps))).toBe(expected);
            if (expected === 'done') delete known.until;
          } else {
            const change = { resourceId: one.stay.resourceId, interval: interval(one.stay) };
            const expected = !model.stands(known) ? 'refused' : model.isFree(one.stay, known) ? 'done' : 'taken';
            expect(await refusal(changeDirect({ tenantId: TENANT, booking: current, change }, deps))).toBe(expected);
            if (expected === 'done') Object.assign(known, one.stay);
          }
        }
        const whole = { start: night(0), end: night(NIGHTS + 3) };
        for (const resourceId of RESOURCES) {
          const lines = await readStandingLines({ tenantId: TENANT, resourceId, interval: whole }, deps);
          const busy = busyTime(lines, whole);
          const taken = Array.from({ length: NIGHTS + 3 }, (_, offset) =>
            busy.some(({ start, end }) => start <= night(offset) && night(offset) < end),
          );
          expect(taken).toEqual(taken.map((_, offset) => model.isTaken(resourceId, offset)));
        }
      }
      await expectPagesToEqualEvents(TENANT, deps);
      const { log } = ledger;
      expect(
        log.lines.filter(({ severity }) => severity === 'ALERT'),
        'no conflict was opened',
      ).toEqual([]);
      await ledger.close();
    }),
    { numRuns: 60 },
  );
}, 120_000);
