import type { Booking } from '@dovetail/core/domain/booking.ts';
import { type BookingSystemConfig, USCHEDULE_MARK } from '@dovetail/core/domain/booking-system-config.ts';
import { AlreadyExists, TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import { deliveryIdOf } from '@dovetail/core/domain/identity.ts';
import { commitBooking, eventIdOfBooking } from '@dovetail/core/sync/commit-booking.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resource } from '../made-resource.ts';
import { Ledger, START, TENANT } from './ledger.ts';

const MAY = '2027-05';
const ID = eventIdOfBooking('uschedule', '42');
const CONFIG: BookingSystemConfig = {
  id: 'uschedule',
  type: 'uschedule',
  webhookSecret: 'uschedule-webhooks',
  resourceIds: {},
  mark: USCHEDULE_MARK,
  priority: 2,
  createdAt: '2027-01-01T00:00:00Z',
};
const DAY_MS = 86_400_000;

function booking(version: number, part: Partial<Booking> = {}): Booking {
  return {
    id: '42',
    resourceId: 'bay-1',
    externalResourceId: 'bay-1',
    start: '2027-05-03T14:00:00Z',
    end: '2027-05-03T15:00:00Z',
    status: 'confirmed',
    version,
    title: 'Lesson',
    guest: { name: 'Ada' },
    ...part,
  };
}

const LATER = { start: '2027-05-03T16:00:00Z', end: '2027-05-03T17:00:00Z' };

describe('committing a booking', () => {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = await Ledger.open();
  });
  afterEach(() => ledger.close());

  const accept = (state: Booking, webhookId?: string) =>
    commitBooking({ tenantId: TENANT, config: CONFIG, booking: state, webhookId }, ledger.deps);

  it('puts it into the ledger', async () => {
    const { changes, marked } = await accept(booking(1), 'msg_1');
    expect(changes).toHaveLength(1);
    expect(marked).toMatchObject([{ eventId: ID, bindingId: 'cal-1' }]);
    expect(await ledger.event(ID)).toMatchObject({ title: 'Lesson', guest: { name: 'Ada' }, booking: { version: 1 } });
    expect(await ledger.idsOn('bay-1', MAY)).toEqual([ID]);
  });

  it('remembers the delivery that told of it, for seven days', async () => {
    await accept(booking(1), 'msg_1');
    const path = `deliveries/${deliveryIdOf(TENANT, 'uschedule', 'msg_1')}`;
    expect((await ledger.deps.documents.get(path))?.data).toEqual({ expireAt: new Date(START + 7 * DAY_MS) });
  });

  it.each([
    ['the same version again', 3],
    ['an earlier version', 2],
  ])('changes nothing for %s, whatever else it says', async (_, version) => {
    await accept(booking(3));
    const before = await ledger.contents();
    const result = await accept(booking(version, { ...LATER, status: 'cancelled' }), 'msg_1');
    expect(result).toEqual({ changes: [], marked: [], conflicts: 0, opened: [], warnings: [] });
    expect(await ledger.contents()).toEqual(before);
  });

  it('ends with version 2 when that comes before version 1', async () => {
    await accept(booking(2, LATER), 'msg_2');
    await accept(booking(1), 'msg_1');
    expect(await ledger.event(ID)).toMatchObject({ ...LATER, booking: { version: 2 }, revision: 1 });
    expect(await ledger.lines('bay-1', MAY)).toMatchObject([LATER]);
  });

  it('does nothing for a delivery that had its effect already', async () => {
    await accept(booking(1), 'msg_1');
    const before = await ledger.contents();
    expect(await accept(booking(1), 'msg_1')).toEqual({
      changes: [],
      marked: [],
      conflicts: 0,
      opened: [],
      warnings: [],
    });
    expect(await ledger.contents()).toEqual(before);
  });

  it('takes the later state that a repeated delivery finds: when it came first, the booking had not gone so far', async () => {
    await accept(booking(1), 'msg_1');
    const { changes, marked } = await accept(booking(2, LATER), 'msg_1');
    expect(changes).toHaveLength(1);
    expect(marked).toMatchObject([{ eventId: ID, bindingId: 'cal-1' }]);
    expect(await ledger.event(ID)).toMatchObject({ ...LATER, booking: { version: 2 } });
    expect(await ledger.lines('bay-1', MAY)).toMatchObject([LATER]);
  });

  it('tries nothing without the record of its delivery when the store does not answer', async () => {
    const before = await ledger.contents();
    const { documents } = ledger.deps;
    let failures = 0;
    const transact: typeof documents.transact = (work) =>
      failures++ === 0 ? Promise.reject(new TemporarilyUnavailable('no answer')) : documents.transact(work);
    const deps = { ...ledger.deps, documents: Object.create(documents, { transact: { value: transact } }) };
    const commit = commitBooking({ tenantId: TENANT, config: CONFIG, booking: booking(1), webhookId: 'msg_1' }, deps);
    await expect(commit).rejects.toThrow(TemporarilyUnavailable);
    expect(await ledger.contents()).toEqual(before);
  });

  it.each([
    ['without a delivery', undefined],
    ['with a delivery', 'msg_1'],
  ])('says so when what the caller adds is there already, %s', async (_, webhookId) => {
    const { store } = ledger.deps;
    const before = await ledger.contents();
    const writes = [store.resources.create(TENANT, resource('bay-1'))];
    const commit = commitBooking(
      { tenantId: TENANT, config: CONFIG, booking: booking(1), webhookId, writes },
      ledger.deps,
    );
    await expect(commit).rejects.toThrow(AlreadyExists);
    expect(await ledger.contents()).toEqual(before);
  });

  it('knows deliveries of other systems with the same id apart', async () => {
    await accept(booking(1), 'msg_1');
    const config = { ...CONFIG, id: 'app' };
    const other = await commitBooking(
      { tenantId: TENANT, config, booking: booking(1), webhookId: 'msg_1' },
      ledger.deps,
    );
    expect(other.changes).toHaveLength(1);
    expect(await ledger.idsOn('bay-1', MAY)).toHaveLength(2);
  });

  it.each(['completed', 'no_show'] as const)(
    'lets a booking that is %s keep its time, and leaves calendars alone',
    async (status) => {
      await accept(booking(1));
      const lines = await ledger.lines('bay-1', MAY);
      const { marked } = await accept(booking(2, { ...LATER, status }));
      expect(marked).toEqual([]);
      expect(await ledger.lines('bay-1', MAY)).toEqual(lines);
      expect(await ledger.event(ID)).toMatchObject({ booking: { status, version: 2 } });
    },
  );

  it('marks the calendar when a pending booking is confirmed', async () => {
    await accept(booking(1, { status: 'pending' }));
    const { marked } = await accept(booking(2));
    expect(marked).toMatchObject([{ eventId: ID, bindingId: 'cal-1' }]);
    expect(await ledger.idsOn('bay-1', MAY)).toEqual([ID]);
  });

  it('frees the time of a cancelled booking', async () => {
    await accept(booking(1));
    const { marked } = await accept(booking(2, { status: 'cancelled' }));
    expect(marked).toHaveLength(1);
    expect(await ledger.idsOn('bay-1', MAY)).toEqual([]);
  });

  it.each(['completed', 'no_show'] as const)(
    'leaves a cancelled booking without its time when it is %s',
    async (status) => {
      await accept(booking(1));
      await accept(booking(2, { status: 'cancelled' }));
      const { marked } = await accept(booking(3, { status }));
      expect(marked).toEqual([]);
      expect(await ledger.idsOn('bay-1', MAY)).toEqual([]);
      expect(await ledger.event(ID)).toMatchObject({ status: 'cancelled', booking: { status, version: 3 } });
    },
  );

  it('remembers one that it first sees cancelled, so that a late notice of an earlier state takes no time', async () => {
    const { marked } = await accept(booking(2, { status: 'cancelled' }), 'msg_2');
    expect(marked).toEqual([]);
    expect((await accept(booking(1), 'msg_1')).changes).toEqual([]);
    expect(await ledger.event(ID)).toMatchObject({ status: 'cancelled', booking: { version: 2 } });
    expect(await ledger.idsOn('bay-1', MAY)).toEqual([]);
  });

  it('puts its texts into the ledger as text that everybody can hold', async () => {
    await accept(booking(1, { title: 'Lesson \ud83d', guest: { name: 'Ada \ude00' } }));
    expect(await ledger.event(ID)).toMatchObject({ title: 'Lesson \ufffd', guest: { name: 'Ada \ufffd' } });
  });

  describe('that names an unknown resource', () => {
    const unplaced = (version: number) =>
      booking(version, { ...LATER, resourceId: undefined, externalResourceId: '9' });

    it('leaves no trace when it was never seen before', async () => {
      const before = await ledger.contents();
      expect(await accept(unplaced(1), 'msg_1')).toEqual({
        changes: [],
        marked: [],
        conflicts: 0,
        opened: [],
        warnings: [],
      });
      expect(await ledger.contents()).toEqual(before);
    });

    it('frees the time it held, on page and calendar', async () => {
      await accept(booking(1));
      const { marked } = await accept(unplaced(2));
      expect(await ledger.idsOn('bay-1', MAY)).toEqual([]);
      expect(await ledger.event(ID)).toMatchObject({ status: 'released', resourceId: 'bay-1' });
      expect(marked).toMatchObject([{ bindingId: 'cal-1' }]);
    });

    it('is not released twice', async () => {
      await accept(booking(1));
      await accept(unplaced(2));
      const before = await ledger.contents();
      await accept(unplaced(2));
      expect(await ledger.contents()).toEqual(before);
    });

    it('takes effect once it is replayed after its resource was added', async () => {
      await accept(booking(1));
      await accept(unplaced(2), 'msg_2');
      const { marked } = await accept({ ...unplaced(2), resourceId: 'bay-2' });
      expect(await ledger.event(ID)).toMatchObject({ status: 'active', resourceId: 'bay-2', ...LATER });
      expect(await ledger.idsOn('bay-2', MAY)).toEqual([ID]);
      expect(marked).toMatchObject([{ bindingId: 'cal-1' }, { bindingId: 'cal-2' }]);
    });

    it('takes no effect when the replay is older than what was released', async () => {
      await accept(booking(1));
      await accept(unplaced(3));
      await accept({ ...unplaced(2), resourceId: 'bay-2' });
      expect(await ledger.event(ID)).toMatchObject({ status: 'released' });
    });
  });

  it('writes what the caller adds, together with the booking or not at all', async () => {
    const { documents, store } = ledger.deps;
    const writes = [store.resources.update(TENANT, 'bay-2', { name: 'renamed' })];
    const name = async () => (await store.resources.get(documents, TENANT, 'bay-2'))?.name;
    await accept(booking(2));
    await commitBooking({ tenantId: TENANT, config: CONFIG, booking: booking(1), writes }, ledger.deps);
    expect(await name()).toBe('bay-2');
    await commitBooking({ tenantId: TENANT, config: CONFIG, booking: booking(3), writes }, ledger.deps);
    expect(await name()).toBe('renamed');
  });
});
