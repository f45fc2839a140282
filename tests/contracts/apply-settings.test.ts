import { type BookingSystemConfig, DEFAULT_MARK } from '@dovetail/core/domain/booking-system-config.ts';
import { conflictIdOf } from '@dovetail/core/domain/conflict.ts';
import { TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import { addDays, instantOf } from '@dovetail/core/domain/interval.ts';
import type { PriorityChoice } from '@dovetail/core/domain/priorities.ts';
import type { Relation } from '@dovetail/core/domain/resource.ts';
import { commitChanges, type EventState } from '@dovetail/core/ledger/commit-changes.ts';
import { applySettings } from '@dovetail/core/sync/apply-settings.ts';
import { commitBooking } from '@dovetail/core/sync/commit-booking.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resource } from '../made-resource.ts';
import { FailingStore } from '../scenarios/failing-store.ts';
import { NOW, type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
  await service.documents.commit([
    service.store.resources.create('loft', nightly('kaya', [{ type: 'parent', resourceId: 'house' }])),
    service.store.resources.create('loft', nightly('house', [], ['kaya'])),
    service.store.bookingSystems.create('loft', MOTOPRESS),
  ]);
});
afterEach(() => service.close());

const MOTOPRESS: BookingSystemConfig = {
  ...{ id: 'site', type: 'motopress', resourceIds: { '1': 'kaya' }, priority: 1, createdAt: '2027-01-01T00:00:00Z' },
  mark: DEFAULT_MARK,
};

function nightly(id: string, relations: readonly Relation[] = [], relatedFrom: readonly string[] = []) {
  const zone = { kind: 'nightly', timeZone: 'America/Bogota' } as const;
  return resource(id, { ...zone, relations, ...(relatedFrom.length > 0 && { relatedFrom }) });
}

/** A stay from the 3rd to the 6th that a platform's feed tells of, unless `part` says otherwise. */
function stay(id: string, platform: 'airbnb' | 'vrbo' | 'booking.com', part: Partial<EventState> = {}): EventState {
  return {
    ...{ id, resourceId: 'kaya', kind: 'reservation', status: 'active', title: id, platform, priority: 3 },
    source: { type: 'feed', id: platform.replace('.', '-'), externalUid: id },
    ...{ start: '2027-05-03', end: '2027-05-06', lastSeenAt: instantOf(NOW) },
    ...part,
  };
}

async function put(...events: readonly EventState[]): Promise<void> {
  for (const event of events) {
    await commitChanges({ tenantId: 'loft', eventIds: [event.id], decide: () => ({ events: [event] }) }, service.deps);
  }
}

/** The tenant says whose word goes first, and its task is done, twice, as a queue may. */
async function say(priorities: PriorityChoice): Promise<void> {
  expect((await service.call('changeTenant', '/v1/tenant', { body: { priorities } })).status).toBe(200);
  for (const { queue } of service.tasks.tasks.splice(0)) {
    if (queue === 'apply-settings') for (let delivery = 0; delivery < 2; delivery++) await apply();
  }
}

const apply = () => applySettings({ tenantId: 'loft' }, service.deps);
const read = async (id: string) => (await service.store.events.get(service.documents, 'loft', id)) as LedgerEvent;
const priority = async (id: string) => (await read(id)).priority;
const conflict = (a: string, b: string) => service.store.conflicts.get(service.documents, 'loft', conflictIdOf(a, b));
const everything = async () => [
  await service.documents.query({ from: { group: 'events' } }),
  await service.documents.query({ from: { group: 'conflicts' } }),
  await service.documents.query({ from: { group: 'runs' } }),
  await service.documents.query({ from: { group: 'pages' } }),
];

describe('new priorities', () => {
  it('reach what comes of every source that they name', async () => {
    await put(stay('a', 'airbnb'), stay('b', 'vrbo', { start: '2027-05-06', end: '2027-05-09' }));
    const body = { resourceId: 'bay-1', start: '2027-05-03T10:00:00Z', end: '2027-05-03T11:00:00Z' };
    const { eventId } = (await service.call('createBlock', '/v1/blocks', { body })).body;
    const source = { type: 'booking-system', externalUid: '7' } as const;
    const later = { start: '2027-06-03', end: '2027-06-06' };
    await put(
      stay('of-site', 'airbnb', { ...later, source: { ...source, id: 'site' }, priority: 1 }),
      stay('of-app', 'airbnb', { ...later, resourceId: 'house', source: { ...source, id: 'app' }, priority: 1 }),
    );
    await say({ motopressApi: 7, manual: 8, feeds: { airbnb: 9, vrbo: 6 } });
    const ids = ['a', 'b', eventId, 'of-site', 'of-app'];
    expect(await Promise.all(ids.map(priority))).toEqual([9, 6, 8, 7, 1]);
    await say({});
    expect(await Promise.all(ids.map(priority))).toEqual([3, 3, 4, 1, 1]);
  });

  it('reach what is released, which may be held again, and leave what is over as it was', async () => {
    await put(
      stay('gone', 'airbnb', { status: 'released' }),
      stay('over', 'airbnb', { start: '2027-04-01', end: '2027-04-05' }),
      stay('last night', 'airbnb', { start: '2027-04-27', end: '2027-05-01', resourceId: 'house' }),
    );
    service.clock.set(Date.parse('2027-05-01T03:00:00Z'));
    await say({ feeds: { airbnb: 1 } });
    expect(await Promise.all(['gone', 'over', 'last night'].map(priority))).toEqual([1, 3, 1]);
  });

  it('are what a booking read over MotoPress’s API is ranked by', async () => {
    await say({ motopressApi: 6 });
    const booking = { id: '7', resourceId: 'kaya', externalResourceId: '1', status: 'confirmed', version: 1 } as const;
    const times = { start: '2027-05-03', end: '2027-05-06' };
    await commitBooking({ tenantId: 'loft', config: MOTOPRESS, booking: { ...booking, ...times } }, service.deps);
    const [event] = await service.store.events.query(service.documents, 'loft', {
      where: [{ field: 'resourceId', op: '==', value: 'kaya' }],
    });
    expect(event?.priority).toBe(6);
  });

  it('give a conflict another winner, and relatives follow', async () => {
    await put(stay('a', 'airbnb'), stay('b', 'vrbo', { end: '2027-05-07' }));
    await say({ feeds: { airbnb: 1 } });
    expect(await conflict('a', 'b')).toMatchObject({ status: 'resolved', resolvedBy: 'priority', winnerEventId: 'a' });
    expect((await read('b')).overriddenBy).toBe('a');
    await say({ feeds: { vrbo: 1 } });
    expect(await conflict('a', 'b')).toMatchObject({ status: 'resolved', resolvedBy: 'priority', winnerEventId: 'b' });
    expect(await read('b')).not.toHaveProperty('overriddenBy');
    expect((await read('a')).overriddenBy).toBe('b');
    const where = [{ field: 'resourceId', op: '==', value: 'house' }] as const;
    const derived = await service.store.events.query(service.documents, 'loft', { where });
    expect(derived.map(({ causeEventIds, priority: rank }) => [causeEventIds, rank]).sort()).toEqual([
      [['a'], 3],
      [['b'], 1],
    ]);
  });

  it('judge relatives anew', async () => {
    await put(stay('a', 'airbnb'), stay('b', 'vrbo', { resourceId: 'house' }));
    await say({ feeds: { airbnb: 1 } });
    expect(await conflict('a', 'b')).toMatchObject({ type: 'parent-child', winnerEventId: 'a' });
    await say({ feeds: { vrbo: 1 } });
    expect(await conflict('a', 'b')).toMatchObject({ type: 'parent-child', winnerEventId: 'b' });
  });

  it('that rank two sources alike leave staff to decide, and tell them', async () => {
    await put(stay('a', 'airbnb', { priority: 2 }), stay('b', 'vrbo'));
    await say({});
    expect(await conflict('a', 'b')).toMatchObject({ status: 'open' });
    expect(service.log.named('conflict.opened')).toHaveLength(1);
  });

  it('that swap two sources ask nobody on the way, wherever the two stand', async () => {
    const days = Array.from({ length: 150 }, (_, index) => addDays('2027-05-03', 3 * index));
    await say({ feeds: { airbnb: 1, vrbo: 2 } });
    // So that no commit ends between two pairs by chance.
    await put(stay('alone', 'airbnb', { start: '2027-05-01', end: '2027-05-02', priority: 1 }));
    for (const [index, start] of days.entries()) {
      const times = { start, end: addDays(start, 2) };
      const other = index % 2 === 0 ? 'kaya' : 'house';
      await put(
        stay(`a-${index}`, 'airbnb', { ...times, priority: 1 }),
        stay(`b-${index}`, 'vrbo', { ...times, resourceId: other, priority: 2 }),
      );
    }
    await say({ feeds: { airbnb: 2, vrbo: 1 } });
    expect(service.log.named('conflict.opened')).toEqual([]);
    const winners = await Promise.all(days.map(async (_, index) => (await conflict(`a-${index}`, `b-${index}`))!));
    expect(winners.map(({ winnerEventId }) => winnerEventId)).toEqual(days.map((_, index) => `b-${index}`));
  });

  it('have a booking that several sources tell of shown by another one', async () => {
    const code = { reservationCode: 'HMKAYA0007' };
    await say({ feeds: { airbnb: 1 } });
    await put(stay('a', 'airbnb', { ...code, priority: 1 }), stay('b', 'vrbo', code));
    expect((await read('b')).mergedInto).toBe('a');
    await say({ feeds: { vrbo: 1 } });
    expect((await read('a')).mergedInto).toBe('b');
    expect(await read('b')).not.toHaveProperty('mergedInto');
  });

  it('leave standing what staff decided', async () => {
    await put(stay('a', 'airbnb'), stay('b', 'vrbo'));
    const id = conflictIdOf('a', 'b');
    const body = { winnerEventId: 'b' };
    await service.call('resolveConflict', `/v1/conflicts/${id}:resolve`, { body });
    await put(stay('c', 'airbnb', { start: '2027-05-10', end: '2027-05-12' }));
    expect((await service.call('releaseEvent', '/v1/events/c:release')).status).toBe(200);
    await say({ feeds: { airbnb: 1 } });
    expect(await conflict('a', 'b')).toMatchObject({ resolvedBy: 'staff', winnerEventId: 'b' });
    expect(await read('a')).toMatchObject({ overriddenBy: 'b', priority: 1 });
    expect(await read('c')).toMatchObject({ status: 'released', priority: 1 });
  });
});

describe('a run over what stands', () => {
  it('is kept with what it changed', async () => {
    await put(stay('a', 'airbnb'), stay('b', 'vrbo'));
    await say({ feeds: { airbnb: 1 } });
    const { items } = (await service.call('listRuns', '/v1/runs?flow=apply-settings')).body;
    expect(items).toMatchObject([
      {
        ...{ flow: 'apply-settings', trigger: 'configuration', status: 'success' },
        counts: { added: 0, changed: 3, released: 0, conflicts: 1 },
      },
    ]);
    const fields = items[0].changes.map((one: { eventId: string; fields: string[] }) => [one.eventId, one.fields]);
    expect(fields).toContainEqual(['a', ['priority']]);
    expect(fields).toContainEqual(['b', ['overriddenBy']]);
  });

  it('writes nothing, and is not kept, where all is as it should be', async () => {
    await put(stay('a', 'airbnb'), stay('b', 'vrbo'));
    await say({ feeds: { airbnb: 1 } });
    const before = await everything();
    await say({ feeds: { airbnb: 1 } });
    await applySettings({ tenantId: 'nobody' }, service.deps);
    expect(await everything()).toEqual(before);
  });

  it('that ends early is kept as far as it came, and goes on from there', async () => {
    const days = Array.from({ length: 210 }, (_, index) => addDays('2027-05-03', index));
    await put(...days.map((start) => stay(start, 'airbnb', { start, end: addDays(start, 1) })));
    await service.call('changeTenant', '/v1/tenant', { body: { priorities: { feeds: { airbnb: 1 } } } });
    const documents = new FailingStore(service.documents);
    documents.failCommit(3, 'not applied');
    const run = applySettings({ tenantId: 'loft' }, { ...service.deps, documents });
    await expect(run).rejects.toThrow(TemporarilyUnavailable);
    await apply();
    expect(new Set(await Promise.all(days.map(priority)))).toEqual(new Set([1]));
    const runs = await service.store.runs.query(service.documents, 'loft', { orderBy: { field: 'status' } });
    expect(runs.map(({ status, counts }) => [status, counts.changed])).toEqual([
      ['partial', 400],
      ['success', 20],
    ]);
  });

  it('ranks by what is chosen when it commits, not when it began', async () => {
    await put(stay('a', 'airbnb'));
    await service.call('changeTenant', '/v1/tenant', { body: { priorities: { feeds: { airbnb: 1 } } } });
    const { store, documents } = service;
    const overtaken = new FailingStore(documents);
    overtaken.transact = async (body) => {
      await documents.commit([store.tenants.update('loft', { priorities: { feeds: { airbnb: 2 } } })]);
      return documents.transact(body);
    };
    await applySettings({ tenantId: 'loft' }, { ...service.deps, documents: overtaken });
    expect(await priority('a')).toBe(2);
  });
});
