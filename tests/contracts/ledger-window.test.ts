import type { Conflict } from '@dovetail/core/domain/conflict.ts';
import { extendPages } from '@dovetail/core/sync/extend-pages.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resource } from '../made-resource.ts';
import { Ledger, lesson, START, TENANT } from './ledger.ts';

/** START is in May 2027, so the newest page is June 2029's. */
const FAR = { start: '2029-07-10T10:00:00Z', end: '2029-07-10T11:00:00Z' };
const FARTHER = { start: '2029-08-10T10:00:00Z', end: '2029-08-10T11:00:00Z' };

let ledger: Ledger;
beforeEach(async () => {
  ledger = await Ledger.open();
});
afterEach(() => ledger.close());

function pagesDueAt(): Promise<string | undefined> {
  const { store, documents } = ledger.deps;
  return store.resources.get(documents, TENANT, 'bay-1').then((resource) => resource?.pagesDueAt);
}

function conflicts(): Promise<Conflict[]> {
  return ledger.deps.store.conflicts.query(ledger.deps.documents, TENANT);
}

/** What the daily extension does to Bay 1. */
function extend(resourceId = 'bay-1'): Promise<void> {
  const tasks = { enqueue: async () => 'created' as const };
  return extendPages({ tenantId: TENANT, resourceId }, { ...ledger.deps, tasks });
}

describe('an event beyond the months that have pages', () => {
  it('makes its resource due for the next month, and no other event does', async () => {
    await ledger.put(lesson('near'));
    expect(await pagesDueAt()).toBeUndefined();
    await ledger.put(lesson('far', FAR));
    expect(await pagesDueAt()).toBe('2027-06-01T00:00:00Z');
    expect(await ledger.idsOn('bay-1', '2029-07')).toEqual([]);
  });

  it('is on its page once that month has come within reach', async () => {
    const far = lesson('far', FAR);
    await ledger.put(far, lesson('near'));
    const revision = await ledger.revision('bay-1');
    ledger.now = Date.parse('2027-06-01T02:41:00Z');
    await extend();
    expect(await ledger.lines('bay-1', '2029-07')).toMatchObject([{ id: far.id, ...FAR }]);
    expect(await ledger.revision('bay-1')).toBe((revision ?? 0) + 1);
    expect(await pagesDueAt()).toBeUndefined();
  });

  it('waits for its own month', async () => {
    const farther = lesson('farther', FARTHER);
    await ledger.put(farther);
    ledger.now = Date.parse('2027-06-01T02:41:00Z');
    await extend();
    expect(await pagesDueAt()).toBe('2027-07-01T00:00:00Z');
    ledger.now = Date.parse('2027-07-01T02:41:00Z');
    await extend();
    expect(await ledger.idsOn('bay-1', '2029-08')).toEqual([farther.id]);
  });

  it('is on its page although the extension did not run for months', async () => {
    const [far, farther] = [lesson('far', FAR), lesson('farther', FARTHER)];
    await ledger.put(far, farther);
    ledger.now = Date.parse('2027-09-15T02:41:00Z');
    await extend();
    expect(await ledger.idsOn('bay-1', '2029-07')).toEqual([far.id]);
    expect(await ledger.idsOn('bay-1', '2029-08')).toEqual([farther.id]);
  });

  it('gets the rest of its time when only a part had a page', async () => {
    const long = lesson('long', { start: '2029-06-29T10:00:00Z', end: '2029-07-02T10:00:00Z' });
    await ledger.put(long);
    ledger.now = Date.parse('2027-06-01T02:41:00Z');
    await extend();
    await extend();
    expect(await ledger.idsOn('bay-1', '2029-06')).toEqual([long.id]);
    expect(await ledger.idsOn('bay-1', '2029-07')).toEqual([long.id]);
  });

  it('has none when it was cancelled, or moved to another resource, meanwhile', async () => {
    await ledger.put(lesson('cancelled', FAR), lesson('moved', FAR));
    await ledger.put(
      lesson('cancelled', { ...FAR, status: 'cancelled' }),
      lesson('moved', { ...FAR, resourceId: 'bay-2' }),
    );
    ledger.now = Date.parse('2027-06-01T02:41:00Z');
    await extend();
    expect(await ledger.idsOn('bay-1', '2029-07')).toEqual([]);
  });

  it('keeps its line when it is committed again in the new window', async () => {
    const far = lesson('far', FAR);
    await ledger.put(far);
    ledger.now = Date.parse('2027-06-01T02:41:00Z');
    await extend();
    await ledger.put({ ...far, title: 'Fitting' });
    expect(await ledger.idsOn('bay-1', '2029-07')).toEqual([far.id]);
  });
});

it('two that want the same far time are found once it has pages, and staff are told', async () => {
  const [a, b] = [lesson('a', FAR), lesson('b', FAR)];
  await ledger.put(a);
  await ledger.put(b);
  expect(await conflicts()).toEqual([]);
  ledger.now = Date.parse('2027-06-01T02:41:00Z');
  await extend();
  await extend();
  expect(await conflicts()).toMatchObject([{ type: 'double-booking', eventIds: [a.id, b.id].sort(), status: 'open' }]);
  expect(ledger.log.of('conflict.opened')).toHaveLength(1);
});

it('far time that all children take is inherited once it has pages', async () => {
  const up = { type: 'parent', resourceId: 'hall', rule: { up: 'all' } } as const;
  const { documents, store } = ledger.deps;
  await documents.commit([
    store.resources.set(TENANT, resource('hall', { relatedFrom: ['bay-1', 'bay-2'] })),
    ...['bay-1', 'bay-2'].map((id) => store.resources.update(TENANT, id, { relations: [up] })),
  ]);
  await ledger.put(lesson('a', FAR));
  await ledger.put(lesson('b', { ...FAR, resourceId: 'bay-2' }));
  expect(await ledger.lines('hall', '2029-07')).toEqual([]);
  ledger.now = Date.parse('2027-06-01T02:41:00Z');
  await extend('bay-1');
  await extend('bay-2');
  expect(await ledger.lines('hall', '2029-07')).toMatchObject([{ ...FAR, source: 'inheritance:count' }]);
});

it('extending pages before they are due, or of a resource that is gone, costs one read', async () => {
  await ledger.put(lesson('far', FAR));
  expect(ledger.now).toBe(START);
  expect(await ledger.billed(extend)).toEqual({ reads: 1, writes: 0, deletes: 0 });
  expect(await ledger.billed(() => extend('no-bay'))).toMatchObject({ writes: 0 });
});
