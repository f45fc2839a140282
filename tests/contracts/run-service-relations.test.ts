import { instantOf } from '@dovetail/core/domain/interval.ts';
import type { Relation, Resource } from '@dovetail/core/domain/resource.ts';
import { commitChanges, type EventState } from '@dovetail/core/ledger/commit-changes.ts';
import { sweepRederivations } from '@dovetail/core/sync/enqueue-rederivations.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOW, type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

const NIGHTLY = { kind: 'nightly', timeZone: 'America/Bogota' };
const childOf = (resourceId: string, rule?: Relation['rule']) => ({
  type: 'parent',
  resourceId,
  ...(rule && { rule }),
});
const create = (id: string, ...relations: readonly object[]) =>
  service.call('createResource', '/v1/resources', { body: { id, name: id, ...NIGHTLY, relations } });
const change = (id: string, body: object) => service.call('changeResource', `/v1/resources/${id}`, { body });
const relate = (id: string, ...relations: readonly object[]) => change(id, { relations });
const remove = (id: string) => service.call('deleteResource', `/v1/resources/${id}`);
const stored = async (id: string) => (await service.store.resources.get(service.documents, 'loft', id)) as Resource;
const relatedFrom = async (id: string) => (await stored(id)).relatedFrom ?? [];

/** The resources whose derived events are to be brought up to date, since this was last asked. */
function rederived(): string[] {
  const tasks = service.tasks.tasks.splice(0).filter(({ queue }) => queue === 'rederive');
  return tasks.map(({ payload }) => (payload as { resourceId: string }).resourceId).sort();
}

describe('a resource knows who names it', () => {
  beforeEach(() => create('house'));

  it('from the moment they are made until they no longer do, or are deleted', async () => {
    await create('sol', childOf('house'));
    await create('kaya', childOf('house'), { type: 'adjacent', resourceId: 'sol' });
    expect([await relatedFrom('house'), await relatedFrom('sol')]).toEqual([['kaya', 'sol'], ['kaya']]);
    await relate('kaya', childOf('house', { up: 'never' }));
    expect([await relatedFrom('house'), await relatedFrom('sol')]).toEqual([['kaya', 'sol'], []]);
    expect((await remove('sol')).status).toBe(204);
    expect(await relatedFrom('house')).toEqual(['kaya']);
  });

  it('but does not tell', async () => {
    await create('kaya', childOf('house'));
    expect((await service.call('getResource', '/v1/resources/house')).body).not.toHaveProperty('relatedFrom');
  });

  it('and when refused relations change nothing', async () => {
    await create('kaya', childOf('house'), childOf('gone'));
    await relate('house', childOf('house'));
    expect(await relatedFrom('house')).toEqual([]);
    expect(rederived()).toEqual([]);
  });
});

describe('relations are refused', () => {
  beforeEach(async () => {
    await create('house');
    await create('kaya', childOf('house'));
    await create('bed', childOf('kaya'));
  });

  it('when they make a resource its own ancestor, and say on which way', async () => {
    const { body } = await relate('house', childOf('bed'));
    expect(body).toMatchObject({ status: 422, paths: ['relations.0.resourceId'] });
    expect(body.detail).toContain('house → bed → kaya → house');
  });

  it('when they make a chain of more than five', async () => {
    await create('cot', childOf('bed'));
    await create('crib', childOf('cot'));
    expect((await create('toy', childOf('crib'))).body).toMatchObject({
      status: 422,
      paths: ['relations.0.resourceId'],
    });
    await create('estate');
    expect((await relate('house', childOf('estate'))).status).toBe(422);
    expect((await relate('kaya', childOf('estate'))).status).toBe(200);
  });

  it('when they name a resource twice', async () => {
    const { body } = await create('sol', childOf('house'), { type: 'adjacent', resourceId: 'house' });
    expect(body).toMatchObject({ status: 422, paths: ['relations.1.resourceId'] });
  });

  it('when children of one parent state different ways up, however many do not count', async () => {
    for (let index = 0; index < 12; index++) await create(`a-shed-${index}`, childOf('house', { up: 'never' }));
    const { body } = await create('sol', childOf('house', { up: 'all' }));
    expect(body).toMatchObject({ status: 422, paths: ['relations.0.rule.up'] });
    expect(body.detail).toContain('"kaya" states at least 1');
    await relate('kaya', childOf('house', { up: 'never' }));
    expect((await create('sol', childOf('house', { up: 'all' }))).status).toBe(201);
  });

  it.each([
    ['a way up to a neighbour', { type: 'adjacent', resourceId: 'house', rule: { up: 'all' } }, 'rule.up'],
    ['at least none', childOf('house', { up: { atLeast: 0 } }), 'rule.up'],
    [
      'fewer nights at most than at least',
      childOf('house', { when: { minNights: 3, maxNights: 2 } }),
      'rule.when.maxNights',
    ],
    [
      'fewer guests at most than at least',
      childOf('house', { when: { minGuests: 3, maxGuests: 2 } }),
      'rule.when.maxGuests',
    ],
    ['a kind that is none', { type: 'sibling', resourceId: 'house' }, 'type'],
  ])('when they state %s', async (_case, relation, path) => {
    const { body } = await create('sol', relation);
    expect(body.status).toBe(400);
    expect(body.paths.some((each: string) => each.startsWith(`relations.0.${path}`))).toBe(true);
  });

  it('when there are more than fifty', async () => {
    const many = Array.from({ length: 51 }, () => childOf('house'));
    expect((await create('sol', ...many)).body).toMatchObject({ status: 400, paths: ['relations'] });
  });
});

describe('a resource stays', () => {
  it('while others name it', async () => {
    await create('house');
    await create('kaya', childOf('house'));
    const { body } = await remove('house');
    expect(body).toMatchObject({ status: 409, type: 'urn:dovetail:problem:in-use' });
    expect(body.detail).toContain('"kaya"');
    await relate('kaya');
    expect((await remove('house')).status).toBe(204);
  });

  it('while it inherits time, and says that its relations are to be taken away', async () => {
    await create('house');
    const inherited: EventState = {
      ...{ id: 'derived', resourceId: 'house', kind: 'block', status: 'active', title: 'Taken', priority: 3 },
      source: { type: 'inheritance', id: 'down', externalUid: 'e~house' },
      ...{ start: '2027-05-02', end: '2027-05-04', lastSeenAt: instantOf(NOW) },
    };
    const decide = () => ({ events: [inherited] });
    await commitChanges({ tenantId: 'loft', eventIds: [inherited.id], decide }, service.deps);
    expect((await remove('house')).body.detail).toContain('Take away its relations first');
  });
});

describe('what relatives inherit is worked out anew', () => {
  beforeEach(async () => {
    await create('house');
    await create('kaya', childOf('house'));
    rederived();
  });

  it('when a resource with relations is made', async () => {
    await create('sol', childOf('house'));
    await create('shed');
    expect(rederived()).toEqual(['sol']);
  });

  it('when relations change, for what is named no longer too', async () => {
    await relate('kaya', childOf('house', { down: 'optional' }));
    expect(rederived()).toEqual(['kaya']);
    await relate('kaya', { type: 'adjacent', resourceId: 'house' });
    expect(rederived()).toEqual(['house', 'kaya']);
    await relate('kaya');
    expect(rederived()).toEqual(['house', 'kaya']);
  });

  it('for a parent whose other children count differently then', async () => {
    await relate('kaya', childOf('house', { up: 'all' }));
    expect(rederived()).toEqual(['house', 'kaya']);
    await create('sol', childOf('house', { up: 'all' }));
    expect(rederived()).toEqual(['house', 'sol']);
    await remove('sol');
    expect(rederived()).toEqual(['house']);
  });

  it.each([
    ['name', { name: 'Room Kaya' }],
    ['zone', { timeZone: 'America/Lima' }],
    ['check-in', { checkInTime: '13:00' }],
    ['check-out', { checkOutTime: '09:00' }],
  ])('when its %s changes', async (_case, part) => {
    await change('kaya', part);
    await change('house', part);
    expect(rederived()).toEqual(['house', 'kaya']);
  });

  it('not when nothing of that changes, or there are no relatives', async () => {
    await change('kaya', { tags: ['sea'], relations: [childOf('house')], timeZone: NIGHTLY.timeZone });
    await change('bay-1', { timeZone: 'America/Lima' });
    expect(rederived()).toEqual([]);
  });

  it('once for each change, though they come within a second', async () => {
    for (const name of ['one', 'two', 'three']) await change('kaya', { name });
    expect(rederived()).toEqual(['kaya', 'kaya', 'kaya']);
    expect(await stored('kaya')).not.toHaveProperty('rederiveAt');
  });

  it('also when the task for it was lost: the sweep finds it after two minutes, once', async () => {
    service.tasks.failure = new Error('lost');
    await relate('kaya');
    service.tasks.failure = undefined;
    expect(await sweepRederivations(service.deps)).toBe(0);
    service.clock.set(NOW + 120_000);
    expect(await sweepRederivations(service.deps)).toBe(2);
    expect(rederived()).toEqual(['house', 'kaya']);
    expect(await sweepRederivations(service.deps)).toBe(0);
  });
});
