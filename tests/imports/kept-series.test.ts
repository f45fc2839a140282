import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import { msOf } from '@dovetail/core/domain/interval.ts';
import { commitChanges } from '@dovetail/core/ledger/commit-changes.ts';
import { enqueueImportExtensions } from '@dovetail/core/sync/fan-out.ts';
import { commitImport } from '@dovetail/core/sync/imports/commit-import.ts';
import { extendImport } from '@dovetail/core/sync/imports/extend-import.ts';
import { previewImport } from '@dovetail/core/sync/imports/preview-import.ts';
import { revertRun } from '@dovetail/core/sync/revert-run.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calendarFile, type FileEntry } from '../contracts/import-files.ts';
import { FeedHistory, TENANT } from '../feeds/feed-history.ts';

let history: FeedHistory;
beforeEach(async () => {
  history = await FeedHistory.open({ resource: { kind: 'timed', timeZone: 'America/New_York' } });
});
afterEach(() => history.close());

const DAY_MS = 86_400_000;
const MONTH_MS = 31 * DAY_MS;
/** Ten o'clock by a clock that the file itself defines: one hour behind New York, without summer time. */
const ZONE = [
  ...['BEGIN:VTIMEZONE', 'TZID:Ours', 'BEGIN:STANDARD', 'DTSTART:19700101T000000'],
  ...['TZOFFSETFROM:-0600', 'TZOFFSETTO:-0600', 'END:STANDARD', 'END:VTIMEZONE'],
];
const LEAGUE: FileEntry = [
  ...['UID:league', 'SUMMARY:League', 'DTSTART;TZID=Ours:20270607T100000', 'DTEND;TZID=Ours:20270607T120000'],
  ...['RRULE:FREQ=MONTHLY;BYDAY=1MO'],
];
const MOVED: FileEntry = [
  ...['UID:league', 'RECURRENCE-ID;TZID=Ours:20270705T100000', 'SUMMARY:League'],
  ...['DTSTART;TZID=Ours:20270706T100000', 'DTEND;TZID=Ours:20270706T120000'],
];

let imports = 0;
async function importFile(entries: readonly FileEntry[], options: object = {}) {
  const importId = `imp${++imports}`;
  const bytes = Buffer.from(calendarFile(entries, ZONE));
  const asked = { recurring: 'keep', replace: false, ...options } as const;
  await previewImport(
    { tenantId: TENANT, importId, resourceId: 'room', file: { bytes }, options: asked },
    history.deps,
  );
  return commitImport({ tenantId: TENANT, importId, force: true }, history.deps);
}

/** Lets months pass, each with the schedule that expands what is due. */
async function passMonths(months: number): Promise<void> {
  for (let month = 0; month < months; month++) {
    history.now += MONTH_MS;
    const due: { readonly tenantId: string; readonly ruleId: string }[] = [];
    const enqueue = async (task: { readonly payload: object }) => {
      due.push(task.payload as (typeof due)[number]);
      return 'created' as const;
    };
    await enqueueImportExtensions(String(history.now), { ...history.deps, tasks: { enqueue } });
    for (const payload of due) await extendImport(payload, history.deps);
  }
}

const starts = async () =>
  (await history.ledger()).filter(({ status }) => status === 'active').map(({ start }) => start);
const rules = () => history.deps.store.importRules.query(history.deps.documents, TENANT);

describe('a series that is kept as a rule', () => {
  it('goes on as time does, two years ahead, by its own clock', async () => {
    const run = await importFile([LEAGUE, MOVED]);
    const first = await starts();
    expect(first.slice(0, 3)).toEqual(['2027-06-07T16:00:00Z', '2027-07-06T16:00:00Z', '2027-08-02T16:00:00Z']);
    await passMonths(6);
    const later = await starts();
    expect(later.slice(0, first.length)).toEqual(first);
    expect(later.length).toBeGreaterThan(first.length + 4);
    expect(msOf(later.at(-1) ?? '')).toBeGreaterThan(history.now + 660 * DAY_MS);
    expect(new Set(later.map((start) => start.slice(0, 7))).size).toBe(later.length);
    const extensions = (await history.runs()).filter(({ flow }) => flow === 'extend-import');
    expect(extensions.every(({ changes }) => changes.every(({ action }) => action === 'added'))).toBe(true);
    expect(run.counts.added).toBe(first.length);
  });

  it('ends where it ends, and one that was expanded only is left as it is', async () => {
    await importFile([LEAGUE], { recurring: 'expand' });
    expect(await rules()).toEqual([]);
    const before = await starts();
    await passMonths(3);
    expect(await starts()).toEqual(before);
  });

  it('is expanded once, however often its task comes', async () => {
    await importFile([LEAGUE]);
    history.now += MONTH_MS;
    const [rule] = await rules();
    const input = { tenantId: TENANT, ruleId: rule?.id ?? '' };
    await extendImport(input, history.deps);
    const after = await history.events();
    await extendImport(input, history.deps);
    expect(await history.events()).toEqual(after);
  });

  it('does not bring back what has been cancelled', async () => {
    await importFile([LEAGUE]);
    const [, second] = (await history.events()) as [LedgerEvent, LedgerEvent];
    const cancelled = { ...second, status: 'cancelled' } as const;
    await commitChanges(
      { tenantId: TENANT, eventIds: [second.id], decide: () => ({ events: [cancelled] }) },
      history.deps,
    );
    await passMonths(3);
    expect((await history.events()).find(({ id }) => id === second.id)?.status).toBe('cancelled');
  });

  it('goes with the import that brought it, further occurrences and all', async () => {
    const run = await importFile([LEAGUE]);
    await passMonths(3);
    const reverted = await revertRun({ tenantId: TENANT, runId: run.id }, history.deps);
    expect(reverted).toMatchObject({ status: 'success' });
    expect(await starts()).toEqual([]);
    expect(await rules()).toEqual([]);
    await passMonths(3);
    expect(await starts()).toEqual([]);
  });

  it('is what it was before when a later file that changed it is reverted', async () => {
    await importFile([LEAGUE]);
    const before = { starts: await starts(), rules: await rules() };
    const { id } = await importFile([LEAGUE.map((line) => line.replace('1MO', '1TU'))]);
    expect(await rules()).not.toEqual(before.rules);
    await revertRun({ tenantId: TENANT, runId: id }, history.deps);
    expect({ starts: await starts(), rules: await rules() }).toEqual(before);
  });

  it('ends when a later file calls it off, wants it expanded only, or replaces its set without it', async () => {
    for (const [entries, options] of [
      [[[...LEAGUE, 'STATUS:CANCELLED']], {}],
      [[LEAGUE], { recurring: 'expand' }],
      [[], { replace: true }],
    ] as const) {
      await importFile([LEAGUE]);
      expect(await rules()).toHaveLength(1);
      await importFile(entries, options);
      expect(await rules()).toEqual([]);
    }
    expect(await starts()).toEqual([]);
  });

  it('names its guests to nobody who reads the store', async () => {
    await importFile([LEAGUE.map((line) => line.replace('League', 'League of Adele'))]);
    const stored = await history.deps.documents.query({ from: { group: 'importRules' } });
    expect(JSON.stringify(stored)).not.toContain('Adele');
    expect(stored).toHaveLength(1);
  });
});
