import type { Filter, Query } from '@dovetail/core/ports/document-store.ts';
import { describe, expect, inject, it } from 'vitest';
import { declaredIndexes, missingIndexes, usedIndexes } from './index-usage.ts';
import { newProjectId, openFirestore } from './open-firestore.ts';

const host = inject('firestoreEmulator');

const filter = (field: string, op: Filter['op'], value: string): Filter => ({ field, op, value });

describe.skipIf(host === null)('the account of indexes', () => {
  async function missingAfter(
    queries: readonly Query[],
    mergedInProduction: readonly string[] = [],
  ): Promise<string[]> {
    const projectId = newProjectId();
    const store = openFirestore(String(host), projectId);
    for (const query of queries) await store.query(query);
    await store.close();
    return missingIndexes(await usedIndexes(String(host), projectId), await declaredIndexes(), mergedInProduction);
  }

  it('misses nothing for the queries the project has indexes for', async () => {
    const missing = await missingAfter([
      { from: { group: 'mappings' }, where: [filter('sweepAt', '<=', '2027')], limit: 10 },
      { from: { group: 'events' }, where: [filter('until', '>', '2026'), filter('until', '<=', '2027')], limit: 10 },
      { from: { group: 'bindings' }, where: [filter('renewAt', '<=', '2027')], limit: 10 },
      { from: { group: 'bindings' }, where: [filter('state', '==', 'active')], limit: 10 },
      { from: { group: 'bookingSystems' }, where: [{ field: 'type', op: 'in', value: ['uschedule', 'webhook'] }] },
      { from: { group: 'feeds' }, where: [filter('nextPollAt', '<=', '2027')], limit: 10 },
      { from: 'tenants/t/mappings', where: [filter('bindingId', '==', 'b'), filter('end', '>=', '2027')] },
      {
        from: 'tenants/t/mappings',
        where: [filter('bindingId', '==', 'b'), filter('state', '==', 'live'), filter('end', '>', '2027')],
      },
      { from: 'tenants/t/events', where: [filter('resourceId', '==', 'r'), filter('end', '>', '2027')] },
      { from: 'tenants/t/events', where: [filter('bindingId', '==', 'b'), filter('end', '>', '2027')] },
      {
        from: 'tenants/t/events',
        where: [
          filter('bindingId', '==', 'b'),
          { field: 'remoteId', op: 'in', value: ['r1', 'r2'] },
          filter('end', '>', '2027'),
        ],
      },
      ...[[filter('resourceId', '==', 'r')], []].map((where): Query => {
        const window = [filter('end', '>', '2027'), filter('start', '<', '2028')];
        return { from: 'tenants/t/events', where: [...where, ...window], orderBy: { field: 'end' } };
      }),
      {
        from: 'tenants/t/events',
        where: [filter('resourceId', '==', 'r'), { field: 'timeRevision', op: '>', value: 3 }],
      },
      ...['flow', 'status', 'resourceId'].map((field): Query => {
        const orderBy = { field: 'startedAt', direction: 'desc' as const };
        return { from: 'tenants/t/runs', where: [filter(field, '==', 'x')], orderBy };
      }),
    ]);
    expect(missing).toEqual([]);
  });

  it('misses nothing for one field within one collection', async () => {
    const missing = await missingAfter([
      { from: 'tenants/t/bindings' },
      { from: 'tenants/t/bindings', where: [filter('resourceId', '==', 'r')] },
      {
        from: 'tenants/t/bindings',
        where: [filter('renewAt', '>', '2027')],
        orderBy: { field: 'renewAt', direction: 'desc' },
      },
    ]);
    expect(missing).toEqual([]);
  });

  it('names the index of a query that production would refuse', async () => {
    const missing = await missingAfter([
      { from: 'tenants/t/runs', where: [filter('flow', '==', 'x')], orderBy: { field: 'startedAt' } },
      { from: { group: 'events' }, where: [filter('resourceId', '==', 'r')] },
    ]);
    expect(missing).toEqual([
      'events group: resourceId ascending',
      'runs collection: flow ascending, startedAt ascending',
    ]);
  });

  it('can be told which queries production answers by merging', async () => {
    const query = { from: 'tenants/t/runs', where: [filter('flow', '==', 'x'), filter('status', '==', 'failed')] };
    const index = 'runs collection: flow ascending, status ascending';
    expect(await missingAfter([query])).toEqual([index]);
    expect(await missingAfter([query], [index])).toEqual([]);
  });
});
