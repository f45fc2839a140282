import { holdsTime } from '@dovetail/core/domain/event.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import type { Relation } from '@dovetail/core/domain/resource.ts';
import { commitChanges, type EventState } from '@dovetail/core/ledger/commit-changes.ts';
import { rederive } from '@dovetail/core/sync/rederive.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NOW, type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

const NIGHTLY = { kind: 'nightly', timeZone: 'America/Bogota' };
const childOf = (resourceId: string, rule: Relation['rule'] = {}) => ({ type: 'parent', resourceId, rule });

async function create(id: string, part: object = {}): Promise<void> {
  const { status } = await service.call('createResource', '/v1/resources', {
    body: { id, name: id, ...NIGHTLY, ...part },
  });
  expect(status).toBe(201);
  await work();
}

async function change(id: string, body: object): Promise<void> {
  expect((await service.call('changeResource', `/v1/resources/${id}`, { body })).status).toBe(200);
  await work();
}

const relate = (id: string, ...relations: readonly object[]) => change(id, { relations });

/** Does what was enqueued, twice, as a queue may. */
async function work(): Promise<void> {
  for (const { queue, payload } of service.tasks.tasks.splice(0)) {
    if (queue !== 'rederive') continue;
    for (let delivery = 0; delivery < 2; delivery++) {
      await rederive(payload as { tenantId: string; resourceId: string }, service.deps);
    }
  }
}

/** A stay from the 3rd to the 6th, unless `part` says otherwise. */
async function book(id: string, resourceId: string, part: Partial<EventState> = {}): Promise<void> {
  const stay: EventState = {
    ...{ id, resourceId, kind: 'reservation', status: 'active', title: id, priority: 3 },
    source: { type: 'feed', id: 'bnb', externalUid: id },
    ...{ start: '2027-05-03', end: '2027-05-06', lastSeenAt: instantOf(NOW) },
    ...part,
  };
  await commitChanges({ tenantId: 'loft', eventIds: [id], decide: () => ({ events: [stay] }) }, service.deps);
}

/** Time that a resource inherits: rule, start and end. */
async function inherited(resourceId: string): Promise<string[]> {
  const where = [{ field: 'resourceId', op: '==', value: resourceId }] as const;
  const events = await service.store.events.query(service.documents, 'loft', { where });
  return events
    .filter((event) => holdsTime(event) && event.source.type === 'inheritance')
    .map(({ source, start, end }) => `${source.id} ${start} ${end}`)
    .sort();
}

const DOWN = 'down 2027-05-03 2027-05-06';
const UP = 'up 2027-05-03 2027-05-06';

it('a new child inherits what stands on those above it, and they what stands on it', async () => {
  await create('estate');
  await create('house', { relations: [childOf('estate')] });
  await create('kaya');
  await book('a', 'estate');
  await book('b', 'house');
  await book('c', 'kaya');
  await relate('kaya', childOf('house'));
  expect(await inherited('kaya')).toEqual([DOWN, DOWN]);
  expect(await inherited('house')).toEqual([DOWN, UP]);
  expect(await inherited('estate')).toEqual([UP, UP]);
});

it('a child that leaves takes its time along and leaves theirs behind, those below it too', async () => {
  await create('estate');
  await create('house', { relations: [childOf('estate')] });
  await create('kaya', { relations: [childOf('house')] });
  await create('bed', { relations: [childOf('kaya')] });
  for (const id of ['estate', 'house', 'kaya', 'bed']) await book(`of-${id}`, id);
  expect(await inherited('bed')).toEqual([DOWN, DOWN, DOWN]);
  await relate('kaya');
  expect(await inherited('bed')).toEqual([DOWN]);
  expect(await inherited('kaya')).toEqual([UP]);
  expect(await inherited('house')).toEqual([DOWN]);
  expect(await inherited('estate')).toEqual([UP]);
});

it('a rule that changes holds for what stands already', async () => {
  await create('house');
  await create('kaya', { relations: [childOf('house')] });
  await book('a', 'house');
  await book('b', 'kaya');
  await relate('kaya', childOf('house', { when: { minNights: 4 }, up: 'never' }));
  expect([await inherited('kaya'), await inherited('house')]).toEqual([[], []]);
  await relate('kaya', childOf('house', { when: { minNights: 3 } }));
  expect([await inherited('kaya'), await inherited('house')]).toEqual([[DOWN], [UP]]);
});

it('a neighbour that is named no longer gives its time free', async () => {
  await create('kaya');
  await create('pool', { relations: [{ type: 'adjacent', resourceId: 'kaya' }] });
  await book('a', 'kaya');
  expect(await inherited('pool')).toEqual(['adjacent 2027-05-03 2027-05-06']);
  await relate('pool', { type: 'dependent', resourceId: 'kaya' });
  expect(await inherited('pool')).toEqual(['dependent 2027-05-03 2027-05-06']);
  await relate('pool');
  expect(await inherited('pool')).toEqual([]);
});

it('a new time of day moves what others inherit of it', async () => {
  await create('kaya', { checkInTime: '15:00', checkOutTime: '11:00' });
  await create('desk', { kind: 'timed', relations: [childOf('kaya')] });
  await book('a', 'kaya');
  expect(await inherited('desk')).toEqual(['down 2027-05-03T20:00:00Z 2027-05-06T16:00:00Z']);
  await change('kaya', { checkInTime: '13:00' });
  expect(await inherited('desk')).toEqual(['down 2027-05-03T18:00:00Z 2027-05-06T16:00:00Z']);
});

it('a new name is told where its time is inherited', async () => {
  await create('house');
  await create('kaya', { relations: [childOf('house')] });
  await book('a', 'house');
  await change('house', { name: 'Simmer Highs' });
  const events = await service.store.events.query(service.documents, 'loft');
  expect(events.filter(({ source }) => source.id === 'down').map(({ title }) => title)).toEqual([
    'Simmer Highs is taken',
  ]);
});

it('what is over is left as it was', async () => {
  await create('house');
  await create('kaya');
  await book('over', 'house', { start: '2027-04-01', end: '2027-04-05' });
  await relate('kaya', childOf('house'));
  expect(await inherited('kaya')).toEqual([]);
});

it('with nothing to change nothing is written, and no run is kept', async () => {
  await create('house');
  await create('kaya', { relations: [childOf('house')] });
  await book('a', 'house');
  const everything = async () => [
    await service.documents.query({ from: { group: 'events' } }),
    await service.documents.query({ from: { group: 'runs' } }),
  ];
  const before = await everything();
  await rederive({ tenantId: 'loft', resourceId: 'kaya' }, service.deps);
  await rederive({ tenantId: 'loft', resourceId: 'gone' }, service.deps);
  expect(await everything()).toEqual(before);
});

it('what changed is kept as a run', async () => {
  await create('house');
  await create('kaya');
  await book('a', 'house');
  await relate('kaya', childOf('house'));
  const [run] = await service.store.runs.query(service.documents, 'loft');
  expect(run).toMatchObject({ flow: 'rederive', resourceId: 'kaya', counts: { added: 1 } });
  expect(run?.changes).toMatchObject([{ action: 'added', resourceId: 'kaya' }]);
});

it('a family of many is gone through in small commits', async () => {
  await create('hotel');
  for (let room = 0; room < 8; room++) await create(`room-${room}`, { relations: [childOf('hotel')] });
  for (let stay = 0; stay < 30; stay++) await book(`stay-${stay}`, 'hotel');
  await create('room-8', { relations: [childOf('hotel')] });
  expect(await inherited('room-8')).toHaveLength(30);
});

const count = (start: string, end: string) => `count 2027-05-${start} 2027-05-${end}`;

it('a parent counts its children anew when one joins, leaves, or states another way up', async () => {
  const all = childOf('house', { up: 'all' });
  const two = childOf('house', { up: { atLeast: 2 } });
  await create('house');
  await create('kaya', { relations: [all] });
  await create('sol', { relations: [all] });
  await book('a', 'kaya');
  await book('b', 'sol', { start: '2027-05-04', end: '2027-05-08' });
  expect(await inherited('house')).toEqual([count('04', '06')]);
  await create('mar', { relations: [all] });
  expect(await inherited('house')).toEqual([]);
  await relate('mar');
  expect(await inherited('house')).toEqual([count('04', '06')]);
  await relate('kaya', childOf('house', { up: 'never' }));
  expect(await inherited('house')).toEqual([count('04', '08')]);
  await relate('sol', two);
  expect(await inherited('house')).toEqual([]);
  await relate('kaya', two);
  expect(await inherited('house')).toEqual([count('04', '06')]);
  await relate('sol');
  expect(await inherited('house')).toEqual([]);
});

it('a parent whose children no longer count together gives that time free', async () => {
  for (const id of ['house', 'kaya'])
    await create(id, id === 'kaya' ? { relations: [childOf('house', { up: 'all' })] } : {});
  await book('a', 'kaya');
  expect(await inherited('house')).toEqual([count('03', '06')]);
  await relate('kaya', childOf('house', { up: 'never' }));
  expect(await inherited('house')).toEqual([]);
  await relate('kaya', childOf('house', { up: 'all' }));
  await relate('kaya', childOf('house'));
  expect(await inherited('house')).toEqual([UP]);
});
