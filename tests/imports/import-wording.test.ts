import { addDays } from '@dovetail/core/domain/interval.ts';
import { commitImport } from '@dovetail/core/sync/imports/commit-import.ts';
import { extendImport } from '@dovetail/core/sync/imports/extend-import.ts';
import { previewImport } from '@dovetail/core/sync/imports/preview-import.ts';
import { revertRun } from '@dovetail/core/sync/revert-run.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calendarFile, type FileEntry } from '../contracts/import-files.ts';
import { FeedHistory, TENANT } from '../feeds/feed-history.ts';

let history: FeedHistory;
beforeEach(async () => {
  history = await FeedHistory.open();
});
afterEach(() => history.close());

/** Two nights from a day of June 2027 on. */
const stay = (uid: string, day: number, ...more: readonly string[]): FileEntry => [
  `UID:${uid}`,
  `DTSTART;VALUE=DATE:202706${day}`,
  `DTEND;VALUE=DATE:202706${day + 2}`,
  ...more,
];
const textOf = (entry: FileEntry) => ['BEGIN:VEVENT', ...entry, 'END:VEVENT', ''].join('\n');

let imports = 0;
async function preview(entries: readonly FileEntry[], options: object = {}) {
  const importId = `imp${++imports}`;
  const file = { bytes: Buffer.from(calendarFile(entries)) };
  const asked = { recurring: 'expand', replace: false, ...options } as const;
  return previewImport({ tenantId: TENANT, importId, resourceId: 'room', file, options: asked }, history.deps);
}
async function importFile(entries: readonly FileEntry[], options: object = {}) {
  const { kept } = await preview(entries, options);
  return commitImport({ tenantId: TENANT, importId: kept.id, force: false }, history.deps);
}
const wordings = async () => (await history.events()).map(({ raw }) => raw);
const keptBytes = async () => {
  const pieces = await history.deps.documents.query({ from: { group: 'content' } });
  return pieces.reduce((bytes, { data }) => bytes + (data['v'] as Uint8Array).length, 0);
};

/** Text that deflating gains little on: any of some 90 characters may come next. */
function noise(length: number, seed: number): string {
  let state = seed + 1;
  const character = () => {
    state = (state * 48_271) % 2_147_483_647;
    return String.fromCharCode(33 + (state % 93));
  };
  return Array.from({ length }, character).join('');
}

describe('what a file says of an event', () => {
  it('is kept with it as it was written, whatever of it is understood', async () => {
    const folded = stay('a', 10, 'SUMMARY:Stay', 'X-DOOR:north', 'DESCRIPTION:Sample Guest comes at', '  nine');
    await importFile([folded, stay('b', 20)]);
    expect(await wordings()).toEqual([{ text: textOf(folded) }, { text: textOf(stay('b', 20)) }]);
  });

  it('is no more than its beginning where it is long', async () => {
    await importFile([stay('a', 10, `DESCRIPTION:${'x'.repeat(20_000)}`)]);
    const [raw] = await wordings();
    expect(raw?.text).toHaveLength(4_096);
    expect(raw?.cutFrom).toBeGreaterThan(20_000);
  });

  it('is no change by itself: a file that is stamped anew changes nothing', async () => {
    await importFile([stay('a', 10, 'DTSTAMP:20270501T000000Z', 'X-NOTE:one')]);
    const before = await history.events();
    const again = [stay('a', 10, 'DTSTAMP:20270602T000000Z', 'X-NOTE:two')];
    expect((await preview(again)).kept.counts).toMatchObject({ changed: 0, same: 1 });
    expect((await importFile(again)).changes).toEqual([]);
    expect(await history.events()).toEqual(before);
  });

  it('comes anew with a change, and goes back when that is reverted', async () => {
    const [first, second] = [stay('a', 10, 'SUMMARY:Stay'), stay('a', 12, 'SUMMARY:Stay')];
    await importFile([first]);
    const run = await importFile([second]);
    expect(await wordings()).toEqual([{ text: textOf(second) }]);
    await revertRun({ tenantId: TENANT, runId: run.id }, history.deps);
    expect(await wordings()).toEqual([{ text: textOf(first) }]);
  });

  it('is how it was called off, and what it last was where the file only leaves it out', async () => {
    const [off, out] = [stay('a', 10, 'STATUS:CANCELLED', 'X-NOTE:called off'), stay('b', 20)];
    await importFile([stay('a', 10), out]);
    await importFile([off], { replace: true });
    expect((await history.events()).map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
    expect(await wordings()).toEqual([{ text: textOf(off) }, { text: textOf(out) }]);
  });

  it('is, for each occurrence of a series that was called off as a whole, how that was said', async () => {
    await importFile([stay('s', 10, 'RRULE:FREQ=WEEKLY;COUNT=3')]);
    const off = stay('s', 10, 'RRULE:FREQ=WEEKLY;COUNT=3', 'STATUS:CANCELLED');
    expect((await importFile([off])).counts.released).toBe(3);
    expect(await wordings()).toEqual(Array(3).fill({ text: textOf(off) }));
  });

  it('is that of the series for its occurrences, later ones too, and its own for one that was moved', async () => {
    const series = stay('s', 10, 'RRULE:FREQ=MONTHLY');
    const moved: FileEntry = [
      ...['UID:s', 'RECURRENCE-ID;VALUE=DATE:20270710', 'DTSTART;VALUE=DATE:20270711', 'DTEND;VALUE=DATE:20270712'],
    ];
    await importFile([series, moved], { recurring: 'keep' });
    const first = (await wordings()).map((raw) => raw?.text);
    expect(first.slice(0, 3)).toEqual([textOf(series), textOf(moved), textOf(series)]);
    history.now += 62 * 86_400_000;
    const [rule] = await history.deps.store.importRules.query(history.deps.documents, TENANT);
    await extendImport({ tenantId: TENANT, ruleId: rule?.id ?? '' }, history.deps);
    const later = (await wordings()).map((raw) => raw?.text);
    expect(later.length).toBeGreaterThan(first.length);
    expect(later.at(-1)).toBe(textOf(series));
  });

  it('is in no preview that is shown, run or log line, and nowhere in the store to be read', async () => {
    const run = await importFile([stay('a', 10, 'X-NOTE:Ada Lovelace')]);
    await importFile([stay('a', 12, 'X-NOTE:Ada Lovelace')]);
    expect(JSON.stringify([run, await history.runs(), history.log.lines])).not.toContain('Lovelace');
    for (const group of ['events', 'undo', 'runs']) {
      const stored = await history.deps.documents.query({ from: { group } });
      expect(stored).not.toEqual([]);
      expect(JSON.stringify(stored)).not.toContain('Lovelace');
    }
  });
});

describe('a file with much to say', () => {
  it('weighs no more for a series of hundreds of nights than for one', async () => {
    // As a text of each of them, twice over, it was more than a string can hold.
    const text = `DESCRIPTION:${noise(60_000, 1)}${' and so on'.repeat(90_000)}`;
    const { kept, content } = await preview([stay('s', 10, 'RRULE:FREQ=DAILY;INTERVAL=2', text)]);
    expect(kept.counts.added).toBeGreaterThan(300);
    expect(new Set(content.entries.map(({ raw }) => raw)).size).toBe(1);
    expect(await keptBytes()).toBeLessThan(64_000);
  });

  it('that compresses badly can be changed as a whole and taken back', async () => {
    const night = (at: number) => addDays('2027-06-10', at).replaceAll('-', '');
    const file = (title: string) =>
      Array.from({ length: 200 }, (_, at) => [
        ...[`UID:${at}`, `SUMMARY:${title}`, `DTSTART;VALUE=DATE:${night(at)}`, `DTEND;VALUE=DATE:${night(at + 1)}`],
        `DESCRIPTION:${noise(5_000, at)}`,
      ]);
    await importFile(file('Stay'));
    const before = await wordings();
    const run = await importFile(file('Longer stay'));
    expect(run.counts.changed).toBe(200);
    await revertRun({ tenantId: TENANT, runId: run.id }, history.deps);
    expect(await wordings()).toEqual(before);
  });
});
