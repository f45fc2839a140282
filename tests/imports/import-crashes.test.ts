import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { PreconditionFailed } from '@dovetail/core/domain/errors.ts';
import { addDays } from '@dovetail/core/domain/interval.ts';
import type { Run } from '@dovetail/core/domain/run.ts';
import { commitImport, finishImport } from '@dovetail/core/sync/imports/commit-import.ts';
import { previewImport } from '@dovetail/core/sync/imports/preview-import.ts';
import { finishRevert, revertRun } from '@dovetail/core/sync/revert-run.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { calendarFile } from '../contracts/import-files.ts';
import { FeedHistory, TENANT } from '../feeds/feed-history.ts';
import { type FailedCommit, FailingStore } from '../scenarios/failing-store.ts';

let history: FeedHistory;
afterEach(() => history.close());

const NIGHTS = 450;
const IMPORT = { tenantId: TENANT, importId: 'imp' };
/** Transactions that only look for conflicts, before anything is written. */
const LOOKS = 3;

/** One night each, from a week ahead on. */
function file(title = 'Stay'): string {
  const night = (at: number) => addDays('2027-06-08', at).replaceAll('-', '');
  const entries = Array.from({ length: NIGHTS }, (_, at) => [
    ...[
      `UID:uid-${at}`,
      `SUMMARY:${title} ${at}`,
      `DTSTART;VALUE=DATE:${night(at)}`,
      `DTEND;VALUE=DATE:${night(at + 1)}`,
    ],
  ]);
  return calendarFile(entries);
}

async function open(): Promise<FailingStore> {
  const documents = new FailingStore(openSqliteDocumentStore());
  history = await FeedHistory.open({ documents });
  return documents;
}

async function preview(importId = 'imp', text = file()): Promise<void> {
  const options = { recurring: 'expand', replace: false } as const;
  const bytes = Buffer.from(text);
  await previewImport({ tenantId: TENANT, importId, resourceId: 'room', file: { bytes }, options }, history.deps);
}

const holding = async () => (await history.times()).filter((time) => time.endsWith('active'));
const runs = async () => (await history.runs()).filter(({ flow }) => flow !== 'revert-run');
const crashes = (commits: number) =>
  Array.from({ length: commits }, (_, at) => at + 1).flatMap((nth) =>
    (['applied', 'not applied'] as const).map((outcome) => [nth, outcome] as const),
  );

describe('a process that dies while it commits 450 events of a file', () => {
  // One transaction says that it has begun; three write, the last of them the run too.
  it.each(crashes(4))(
    'at commit %i, %s, is followed by another that ends the same',
    async (nth, outcome: FailedCommit) => {
      const documents = await open();
      await preview();
      documents.failCommit(LOOKS + nth, outcome);
      await expect(commitImport({ ...IMPORT, force: true }, history.deps)).rejects.toThrow('it died');
      await finishImport(IMPORT, history.deps);
      const run = await commitImport({ ...IMPORT, force: false }, history.deps);
      expect(await holding()).toHaveLength(NIGHTS);
      expect(await runs()).toEqual([run]);
      expect(run).toMatchObject({ counts: { seen: NIGHTS, added: NIGHTS, changed: 0 }, undoParts: expect.any(Number) });
      expect(run.changes).toHaveLength(NIGHTS);
      const reverted = await revertRun({ tenantId: TENANT, runId: run.id }, history.deps);
      expect(reverted.counts.changed).toBe(NIGHTS);
      expect(await holding()).toEqual([]);
    },
  );

  it('has said so to a task before it began', async () => {
    await open();
    await preview();
    const tasks: string[] = [];
    const enqueue = async ({ queue, runAt }: { readonly queue: string; readonly runAt?: number }) => {
      tasks.push(`${queue} in ${((runAt ?? 0) - history.now) / 60_000} min`);
      return 'created' as const;
    };
    await commitImport({ ...IMPORT, force: true }, { ...history.deps, tasks: { enqueue } });
    expect(tasks).toEqual(['commit-import in 5 min']);
  });
});

describe('a process that dies while it reverts 450 changes', () => {
  async function changed(): Promise<Run> {
    await preview('old');
    await commitImport({ tenantId: TENANT, importId: 'old', force: true }, history.deps);
    await preview('imp', file('Longer stay'));
    return commitImport({ ...IMPORT, force: true }, history.deps);
  }

  it.each(crashes(4))(
    'at commit %i, %s, is followed by another that ends the same',
    async (nth, outcome: FailedCommit) => {
      const documents = await open();
      const { id: runId } = await changed();
      const titles = async () => (await history.events()).filter(({ title }) => title.startsWith('Longer')).length;
      expect(await titles()).toBe(NIGHTS);
      documents.failCommit(nth, outcome);
      await expect(revertRun({ tenantId: TENANT, runId }, history.deps)).rejects.toThrow('it died');
      await finishRevert({ tenantId: TENANT, runId }, history.deps);
      const run = await revertRun({ tenantId: TENANT, runId }, history.deps);
      expect(run).toMatchObject({ status: 'success', counts: { changed: NIGHTS, setAside: 0 } });
      expect(await titles()).toBe(0);
      expect(await holding()).toHaveLength(NIGHTS);
    },
  );
});

describe('two commits of one file at once', () => {
  it('are one: the second gives way, or finds it done', async () => {
    await open();
    await preview();
    const both = await Promise.allSettled([
      commitImport({ ...IMPORT, force: true }, history.deps),
      commitImport({ ...IMPORT, force: true }, history.deps),
    ]);
    const failed = both.filter(({ status }) => status === 'rejected');
    expect(failed).toHaveLength(1);
    expect(failed[0]).toMatchObject({ reason: expect.any(PreconditionFailed) });
    expect(await holding()).toHaveLength(NIGHTS);
    expect((await runs()).map(({ counts }) => counts.added)).toEqual([NIGHTS]);
  });

  it('also when both go on with one that was begun', async () => {
    const documents = await open();
    await preview();
    documents.failCommit(LOOKS + 1, 'applied');
    await expect(commitImport({ ...IMPORT, force: true }, history.deps)).rejects.toThrow('it died');
    const both = await Promise.allSettled([finishImport(IMPORT, history.deps), finishImport(IMPORT, history.deps)]);
    const failed = both.filter(({ status }) => status === 'rejected');
    expect(failed).toMatchObject([{ reason: expect.any(PreconditionFailed) }]);
    expect((await runs()).map(({ counts, undoParts }) => [counts.added, undoParts])).toEqual([[NIGHTS, 3]]);
  });
});
