import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { type CommitResult, commitChanges, type EventState } from '@dovetail/core/ledger/commit-changes.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Ledger, lesson, TENANT } from './ledger.ts';

const MAY = '2027-05';

/** Commits one state and counts how often the transaction asked for it. */
async function commitCounted(
  ledger: Ledger,
  state: EventState,
): Promise<CommitResult & { readonly decisions: number }> {
  let decisions = 0;
  const decide = () => {
    decisions++;
    return { events: [state] };
  };
  const result = await commitChanges({ tenantId: TENANT, eventIds: [state.id], decide }, ledger.deps);
  return { ...result, decisions };
}

describe('a ledger commit whose transaction runs again', () => {
  it('does what it does once', async () => {
    let aborts = 0;
    const ledger = await Ledger.open({ abortTransactions: () => aborts-- > 0 });
    const { id } = lesson('42');
    await ledger.put(lesson('42'), lesson('43'));
    aborts = 3;
    const { decisions, changes, marked } = await commitCounted(ledger, lesson('42', { resourceId: 'bay-2' }));
    expect(decisions).toBe(4);
    expect(changes).toMatchObject([{ before: { revision: 1 }, after: { revision: 2 } }]);
    expect(await ledger.event(id)).toEqual(changes[0]?.after);
    expect(await ledger.idsOn('bay-1', MAY)).toEqual([lesson('43').id]);
    expect(await ledger.idsOn('bay-2', MAY)).toEqual([id]);
    expect([await ledger.revision('bay-1'), await ledger.revision('bay-2')]).toEqual([2, 1]);
    expect(marked.map(({ bindingId }) => bindingId)).toEqual(['cal-1', 'cal-2']);
    for (const { bindingId, mark } of marked)
      expect(await ledger.mapping(id, bindingId)).toMatchObject({ dirty: mark });
    await ledger.close();
  });
});

describe('two ledger commits that race', () => {
  let folder: string;
  let ours: Ledger;
  /** The same documents through another door, so that neither waits for the other's transaction. */
  let theirs: Ledger;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dovetail-ledger-'));
    const file = join(folder, 'ledger.db');
    ours = await Ledger.open({ file });
    theirs = new Ledger(openSqliteDocumentStore({ file }));
  });
  afterEach(async () => {
    await Promise.all([ours.close(), theirs.close()]);
    rmSync(folder, { recursive: true });
  });

  it('for one resource lose nothing of each other', async () => {
    const results = await Promise.all([commitCounted(ours, lesson('1')), commitCounted(theirs, lesson('2'))]);
    expect(results.map(({ decisions }) => decisions).sort(), 'one overtook the other').toEqual([1, 2]);
    expect((await ours.idsOn('bay-1', MAY)).sort()).toEqual([lesson('1').id, lesson('2').id].sort());
    expect(await ours.revision('bay-1')).toBe(2);
    for (const uid of ['1', '2']) expect(await ours.mapping(lesson(uid).id, 'cal-1')).toHaveProperty('dirty');
  });

  it('for one event happen one after the other', async () => {
    await ours.put(lesson('42'));
    const moved = lesson('42', { start: '2027-06-03T14:00:00Z', end: '2027-06-03T15:00:00Z' });
    const results = await Promise.all([
      commitCounted(ours, moved),
      commitCounted(theirs, lesson('42', { title: 'Other' })),
    ]);
    expect(results.map(({ decisions }) => decisions).sort(), 'one overtook the other').toEqual([1, 2]);
    const last = results.map(({ changes }) => changes[0]!).find(({ after }) => after.revision === 3);
    expect(last?.before?.revision).toBe(2);
    expect(await ours.event(moved.id)).toEqual(last?.after);
    const month = last?.after.start.slice(0, 7);
    for (const each of [MAY, '2027-06']) expect(await ours.idsOn('bay-1', each)).toHaveLength(each === month ? 1 : 0);
  });

  it('to opposite resources end with each event on one page', async () => {
    await ours.put(lesson('1'), lesson('2', { resourceId: 'bay-2' }));
    await Promise.all([
      commitCounted(ours, lesson('1', { resourceId: 'bay-2' })),
      commitCounted(theirs, lesson('2', { resourceId: 'bay-1' })),
    ]);
    expect(await ours.idsOn('bay-1', MAY)).toEqual([lesson('2').id]);
    expect(await ours.idsOn('bay-2', MAY)).toEqual([lesson('1').id]);
    expect([await ours.revision('bay-1'), await ours.revision('bay-2')]).toEqual([3, 3]);
  });
});
