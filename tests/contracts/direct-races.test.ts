import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { TimeTaken } from '@dovetail/core/domain/errors.ts';
import { bookDirectly } from '@dovetail/core/sync/direct/book-directly.ts';
import type { DirectDeps } from '@dovetail/core/sync/direct/commit-direct.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { resource } from '../made-resource.ts';
import { hourOf, raceForHour } from './direct-claims.ts';
import { Ledger, TENANT } from './ledger.ts';
import { expectNoOverlap, expectPagesToEqualEvents } from './ledger-consistency.ts';
import { RecordingTaskQueue } from './run-service-server.ts';

const CONTENDERS = 50;
const ROUNDS = 200;

/** Processes make ids of their own. */
const depsOf = (ledger: Ledger): DirectDeps => ({ ...ledger.deps, newId: randomUUID, tasks: new RecordingTaskQueue() });

describe('fifty who hold one hour at once', () => {
  const open: Ledger[] = [];
  const folders: string[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((ledger) => ledger.close()));
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  it('have one winner, two hundred times', async () => {
    const ledger = await Ledger.open();
    open.push(ledger);
    const deps = depsOf(ledger);
    const winners = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) winners.add((await raceForHour(round, CONTENDERS, [deps])).id);
    expect(winners.size).toBe(ROUNDS);
    const events = await expectPagesToEqualEvents(TENANT, deps);
    expect(events).toHaveLength(ROUNDS);
    await expectNoOverlap(TENANT, deps);
    expect(await ledger.revision('bay-1')).toBe(ROUNDS);
  }, 120_000);

  it('have one winner through two processes, whose transactions overtake each other', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dovetail-claims-'));
    folders.push(folder);
    const file = join(folder, 'ledger.db');
    const ours = await Ledger.open({ file });
    const theirs = new Ledger(openSqliteDocumentStore({ file }));
    open.push(ours, theirs);
    await ours.deps.documents.commit([ours.deps.store.resources.set(TENANT, resource('bay-1'))]);
    const doors = [depsOf(ours), depsOf(theirs)];
    for (let round = 0; round < 20; round++) await raceForHour(round, CONTENDERS, doors);
    const events = await expectPagesToEqualEvents(TENANT, ours.deps);
    expect(events).toHaveLength(20);
    await expectNoOverlap(TENANT, ours.deps);
  }, 120_000);

  it('of a house and of its rooms leave either the house or the rooms to somebody', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dovetail-claims-'));
    folders.push(folder);
    const doors = [0, 1].map(() => new Ledger(openSqliteDocumentStore({ file: join(folder, 'ledger.db') })));
    open.push(...doors);
    const [deps] = doors.map(depsOf) as [DirectDeps];
    const rooms = ['sol', 'mar'];
    const relations = [{ type: 'parent', resourceId: 'house' }] as const;
    await deps.documents.commit([
      deps.store.resources.set(TENANT, resource('house', { relatedFrom: rooms })),
      ...rooms.map((id) => deps.store.resources.set(TENANT, resource(id, { relations }))),
    ]);
    for (let round = 0; round < 20; round++) {
      const wanted = ['house', ...rooms]
        .flatMap((resourceId) => Array(6).fill(resourceId))
        .sort(() => Math.random() - 0.5);
      const asked = wanted.map((resourceId, index) => {
        const draft = { id: `${round}-${index}`, resourceId, ...hourOf(round) };
        return bookDirectly({ tenantId: TENANT, draft }, depsOf(doors[index % 2] as Ledger));
      });
      const answers = await Promise.allSettled(asked);
      const won = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.resourceId] : []));
      expect([['house'], ['mar', 'sol']]).toContainEqual(won.sort());
      const lost = answers.filter((answer) => answer.status === 'rejected').map(({ reason }) => reason);
      expect(lost.filter((reason) => !(reason instanceof TimeTaken))).toEqual([]);
    }
    await expectPagesToEqualEvents(TENANT, deps);
    expect(await deps.store.conflicts.query(deps.documents, TENANT)).toEqual([]);
  }, 120_000);

  it('have one winner while the store throws away every other attempt', async () => {
    let attempts = 0;
    const ledger = await Ledger.open({ abortTransactions: () => ++attempts % 3 !== 0 });
    open.push(ledger);
    for (let round = 0; round < 5; round++) await raceForHour(round, CONTENDERS, [depsOf(ledger)]);
    await expectPagesToEqualEvents(TENANT, ledger.deps);
  }, 120_000);
});
