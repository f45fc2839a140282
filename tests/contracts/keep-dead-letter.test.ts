import { NotFound } from '@dovetail/core/domain/errors.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import { keepDeadLetter, replayDeadLetter } from '@dovetail/core/sync/keep-dead-letter.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOW, type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

type Letter = Parameters<typeof keepDeadLetter<'accept-booking'>>[0];

/** The `nth` state of a booking is kept, `order` saying where it stands among them. */
function keep(nth: number, order?: Letter['order']) {
  const letter: Letter = {
    tenantId: 'loft',
    queue: 'accept-booking',
    payload: { tenantId: 'loft', systemId: 'app', bookingId: 'b-1', sealedBooking: `state ${nth}` },
    reason: 'unknown_resource',
    detail: `detail ${nth}`,
    ...(order && { order }),
  };
  return keepDeadLetter(letter, service.deps);
}

const letters = () => service.store.deadLetters.query(service.documents, 'loft');

describe('work that fails again is the same dead letter, which says', () => {
  it.each([
    { what: 'the later version, kept second', orders: [{ version: 1 }, { version: 2 }], says: 1 },
    { what: 'the later version, kept first', orders: [{ version: 2 }, { version: 1 }], says: 0 },
    { what: 'the same version as it was last', orders: [{ version: 1 }, { version: 1 }], says: 1 },
    {
      what: 'the later time where there are no versions',
      orders: [{ updatedAt: '2027-05-01T08:00:01Z' }, { updatedAt: '2027-05-01T08:00:00Z' }],
      says: 0,
    },
    { what: 'the latest where nothing says which is later', orders: [undefined, undefined], says: 1 },
  ])('$what', async ({ orders, says }) => {
    const first = await keep(0, orders[0]);
    service.clock.set(NOW + 60_000);
    await keep(1, orders[1]);
    expect(await letters()).toMatchObject([
      {
        id: first.id,
        payload: { sealedBooking: `state ${says}` },
        detail: `detail ${says}`,
        createdAt: instantOf(NOW),
      },
    ]);
    expect(service.log.named('dead-letter.kept')).toHaveLength(1);
  });
});

describe('replaying a dead letter', () => {
  it('does not bring back a mapping that was deleted', async () => {
    const ids = { tenantId: 'loft', eventId: 'evt', bindingId: 'cal' };
    const letter = { ...ids, queue: 'reconcile-event', payload: ids, reason: 'forbidden', detail: '' } as const;
    const { id } = await keepDeadLetter(letter, service.deps);
    await replayDeadLetter({ tenantId: 'loft', id }, service.deps);
    expect(await service.store.mappings.get(service.documents, 'loft', 'evt~cal')).toBeNull();
    expect(service.tasks.tasks).toMatchObject([{ queue: 'reconcile-event', payload: ids }]);
  });

  it('leaves it standing when its work fails again before it is put away', async () => {
    const { id } = await keep(0, { version: 1 });
    const failsAtOnce = {
      enqueue: async () => {
        await keep(1, { version: 2 });
        return 'created' as const;
      },
    };
    await replayDeadLetter({ tenantId: 'loft', id }, { ...service.deps, tasks: failsAtOnce });
    expect(await letters()).toMatchObject([{ id, payload: { sealedBooking: 'state 1' } }]);
  });

  it('that was replayed finds nothing', async () => {
    const { id } = await keep(0);
    await replayDeadLetter({ tenantId: 'loft', id }, service.deps);
    await expect(replayDeadLetter({ tenantId: 'loft', id }, service.deps)).rejects.toThrow(NotFound);
  });
});
