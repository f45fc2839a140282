import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DECLARED_INDEXES, TTL_FIELD, TTL_GROUPS } from '@dovetail/core/adapters/sqlite/query-indexes.ts';
import { querySql } from '@dovetail/core/adapters/sqlite/query-sql.ts';
import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import type { Filter, Query } from '@dovetail/core/ports/document-store.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { declaredIndexes, declaredTtlFields, INDEXES_FILE } from '../firestore/index-usage.ts';

const filter = (field: string, op: Filter['op'], value: string | number): Filter => ({ field, op, value });

describe('the indexes of the SQLite store', () => {
  let folder: string;
  let database: DatabaseSync;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dovetail-indexes-'));
    const file = join(folder, 'store.db');
    await openSqliteDocumentStore({ file }).close();
    database = new DatabaseSync(file);
  });
  afterAll(async () => {
    database.close();
    await rm(folder, { recursive: true });
  });

  const plan = (query: Query): string => {
    const { text, values } = querySql(query);
    const steps = database
      .prepare(`EXPLAIN QUERY PLAN SELECT path, data, version FROM documents ${text}`)
      .all(...values);
    return steps.map(({ detail }) => detail).join('; ');
  };

  it.each<[string, Query]>([
    ['mappings by sweepAt', { from: { group: 'mappings' }, where: [filter('sweepAt', '<=', '2027')], limit: 100 }],
    ['bindings by renewAt', { from: { group: 'bindings' }, where: [filter('renewAt', '<', '2027')] }],
    ['bindings by state', { from: { group: 'bindings' }, where: [filter('state', '==', 'active')] }],
    ['bookingSystems by type', { from: { group: 'bookingSystems' }, where: [filter('type', '==', 'webhook')] }],
    ['feeds by nextPollAt', { from: { group: 'feeds' }, where: [filter('nextPollAt', '<=', '2027')] }],
    [
      'mappings by collection, bindingId, end',
      { from: 'tenants/t/mappings', where: [filter('bindingId', '==', 'b'), filter('end', '>=', '2027')] },
    ],
    [
      'mappings by collection, bindingId, state, end',
      {
        from: 'tenants/t/mappings',
        where: [filter('bindingId', '==', 'b'), filter('state', '==', 'live'), filter('end', '>=', '2027')],
      },
    ],
    [
      'events by collection, resourceId, timeRevision',
      { from: 'tenants/t/events', where: [filter('resourceId', '==', 'r'), filter('timeRevision', '>', 3)] },
    ],
    ['mappings by collection, eventId', { from: 'tenants/t/mappings', where: [filter('eventId', '==', 'e')] }],
    [
      'mappings by collection, bindingId, remoteId',
      { from: 'tenants/t/mappings', where: [filter('bindingId', '==', 'b'), filter('remoteId', '==', 'x')] },
    ],
    [
      'runs by collection, startedAt',
      { from: 'tenants/t/runs', orderBy: { field: 'startedAt', direction: 'desc' }, limit: 50 },
    ],
    ['events by collection, mergedInto', { from: 'tenants/t/events', where: [filter('mergedInto', '==', 'e')] }],
    [
      'events by collection, resourceId, end',
      { from: 'tenants/t/events', where: [filter('resourceId', '==', 'r'), filter('end', '>', '2027')] },
    ],
    [
      'events by collection, resourceId, end, start',
      {
        from: 'tenants/t/events',
        where: [filter('resourceId', '==', 'r'), filter('end', '>', '2027'), filter('start', '<', '2028')],
        orderBy: { field: 'end' },
      },
    ],
    [
      'events by collection, end, start',
      {
        from: 'tenants/t/events',
        where: [filter('end', '>', '2027'), filter('start', '<', '2028')],
        orderBy: { field: 'end' },
      },
    ],
    ...['flow', 'status', 'resourceId'].map((field): [string, Query] => [
      `runs by collection, ${field}, startedAt`,
      {
        from: 'tenants/t/runs',
        where: [filter(field, '==', 'x')],
        orderBy: { field: 'startedAt', direction: 'desc' },
        limit: 50,
      },
    ]),
  ])('%s: serves its query in order, without sorting', (index, query) => {
    expect(plan(query)).toContain(`USING INDEX ${index} (`);
    expect(plan(query)).not.toContain('B-TREE');
  });

  it('pages through a collection without sorting it', () => {
    const startAfter = { path: 'tenants/t/events/x', id: 'x', data: {}, updateTime: '1' };
    expect(plan({ from: 'tenants/t/events', startAfter, limit: 300 })).toMatch(
      /USING INDEX by collection \(collection=\? AND path>\?\)$/,
    );
  });

  it(`include those of ${INDEXES_FILE}, which must have all of them`, async () => {
    const ours = DECLARED_INDEXES.map(({ group, scope, fields }) => `${group} ${scope}: ${fields.join(', ')}`);
    const declared = (await declaredIndexes()).map(
      ({ group, scope, fields }) => `${group} ${scope}: ${fields.map(({ name }) => name).join(', ')}`,
    );
    expect(ours.sort()).toEqual(declared.sort());
  });

  it(`expire the documents that ${INDEXES_FILE} gives a time to live`, async () => {
    expect(TTL_GROUPS.map((group) => `${group}.${TTL_FIELD}`).sort()).toEqual((await declaredTtlFields()).sort());
  });
});
