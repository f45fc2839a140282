import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import type { DirectDeps } from '@dovetail/core/sync/direct/commit-direct.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { raceForHour } from './direct-claims.ts';
import { Ledger, resource, TENANT } from './ledger.ts';
import { expectNoOverlap, expectPagesToEqualEvents } from './ledger-consistency.ts';
import { RecordingTaskQueue } from './run-service-server.ts';

const CONTENDERS = 50;
const ROUNDS = 200;

const depsOf = (ledger: Ledger): DirectDeps => ({ ...ledger.deps, tasks: new RecordingTaskQueue() });

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

  it('have one winner while the store throws away every other attempt', async () => {
    let attempts = 0;
    const ledger = await Ledger.open({ abortTransactions: () => ++attempts % 3 !== 0 });
    open.push(ledger);
    for (let round = 0; round < 5; round++) await raceForHour(round, CONTENDERS, [depsOf(ledger)]);
    await expectPagesToEqualEvents(TENANT, ledger.deps);
  }, 120_000);
});
