import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { addDays } from '@dovetail/core/domain/interval.ts';
import { previewFeed } from '@dovetail/core/sync/feeds/preview-feed.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FailingStore } from '../scenarios/failing-store.ts';
import { type BodyEntry, calendarBody } from './calendar-body.ts';
import { FeedHistory, HOUR_MS, TENANT } from './feed-history.ts';

let history: FeedHistory;
afterEach(() => history.close());

const STAY: BodyEntry = { uid: 'stay', start: '2027-06-10', end: '2027-06-14' };
const OTHER: BodyEntry = { uid: 'other', start: '2027-06-20', end: '2027-06-24' };
const at = (entry: BodyEntry, lines: readonly string[]): BodyEntry => ({ ...entry, lines });

/** One night each, from the fifth on. */
function nights(count: number, part: Partial<BodyEntry>): BodyEntry[] {
  return Array.from({ length: count }, (_, index) => {
    const start = addDays('2027-06-05', index);
    return { uid: `uid-${index}`, start, end: addDays(start, 1), ...part };
  });
}

/** What the ledger keeps of each event's text, by start. */
const wordings = async () => (await history.events()).map(({ raw }) => raw);
const wording = async () => (await wordings())[0];

describe('what a feed says of an event', () => {
  beforeEach(async () => {
    history = await FeedHistory.open();
  });

  it('is kept with it as it was written, whatever of it is understood', async () => {
    const folded = at(STAY, ['X-DOOR:north', 'DESCRIPTION:Sample Guest comes at', '  nine']);
    await history.shows([folded, OTHER]).read();
    expect(await wording()).toEqual({
      text: [
        'BEGIN:VEVENT',
        'DTSTAMP:20270601T050000Z',
        'UID:stay',
        'DTSTART;VALUE=DATE:20270610',
        'DTEND;VALUE=DATE:20270614',
        'SUMMARY:Reserved',
        'X-DOOR:north',
        'DESCRIPTION:Sample Guest comes at',
        '  nine',
        'END:VEVENT',
        '',
      ].join('\n'),
    });
  });

  it('is not written again when it is only stamped anew, also while another entry changes', async () => {
    await history.shows([STAY, OTHER]).read();
    const before = await history.events();
    const longer = { ...OTHER, end: '2027-06-25' };
    history.now += HOUR_MS;
    await history.shows([at(STAY, ['SEQUENCE:7', 'LAST-MODIFIED:20270601T060000Z']), longer]).read();
    const [stay, other] = await history.events();
    expect(stay).toEqual(before[0]);
    expect(other?.revision).toBe(2);
    expect(other?.raw?.text).toContain('DTSTAMP:20270601T060000Z');
    expect(other?.raw?.text).toContain('DTEND;VALUE=DATE:20270625');
    history.now += HOUR_MS;
    const { writes } = await history.billed(() => history.shows([STAY, longer]).read());
    expect(writes).toBe(1);
  });

  it('is what it said when the event last changed, not what it came with', async () => {
    await history.shows([STAY]).read();
    await history.shows([{ ...STAY, summary: 'Not available' }]).read(1);
    expect((await wording())?.text).toContain('SUMMARY:Not available\n');
  });

  it('stays as it was while the feed does not show it, and when it is let go', async () => {
    await history.shows([STAY, OTHER]).read();
    const before = await wording();
    await history.shows([OTHER]).read(1);
    await history.read(7);
    expect(await history.times()).toContain('2027-06-10/2027-06-14 released');
    expect(await wording()).toEqual(before);
  });

  it('is that it was called off, once it was', async () => {
    await history.shows([STAY, OTHER]).read();
    await history.shows([at(STAY, ['STATUS:CANCELLED']), OTHER]).read(1);
    expect(await history.times()).toContain('2027-06-10/2027-06-14 released');
    expect((await wording())?.text).toContain('STATUS:CANCELLED\n');
  });

  it('is the text of their series for events that a rule makes', async () => {
    const series = at(STAY, ['RRULE:FREQ=WEEKLY;COUNT=3']);
    const moved = at({ ...STAY, start: '2027-06-18', end: '2027-06-21' }, ['RECURRENCE-ID;VALUE=DATE:20270617']);
    await history.shows([series, moved]).read();
    const rules = (await wordings()).map((raw) => raw?.text.match(/^(RRULE|RECURRENCE-ID).*$/m)?.[0]);
    expect(rules).toEqual([
      'RRULE:FREQ=WEEKLY;COUNT=3',
      'RECURRENCE-ID;VALUE=DATE:20270617',
      'RRULE:FREQ=WEEKLY;COUNT=3',
    ]);
  });

  it('is cut where it is longer than anybody reads, and says so', async () => {
    const long = at(STAY, [`DESCRIPTION:${'x'.repeat(50_000)}`]);
    const [vevent = ''] = calendarBody([long], 'nobody', history.now).match(/BEGIN:VEVENT.*END:VEVENT\r\n/s) ?? [];
    await history.shows([long]).read();
    const kept = await wording();
    expect(kept?.cutFrom).toBe(vevent.length);
    expect(kept?.text).toHaveLength(4_096);
    expect(vevent.replaceAll('\r\n', '\n').startsWith(kept?.text ?? '-')).toBe(true);
  });

  it('is in no run, preview or log line', async () => {
    await history.shows([at(STAY, ['X-NOTE:Ada Lovelace'])]).read();
    const work = { tenantId: TENANT, feed: await history.feed() };
    const preview = await previewFeed(work, history.deps);
    expect(preview.report.counts).toMatchObject({ seen: 1, changed: 0 });
    expect(JSON.stringify([preview, await history.runs(), history.log.lines])).not.toContain('Lovelace');
  });
});

it('hundreds of nights of one series with a text that is too long fit into the transactions of the store', async () => {
  history = await FeedHistory.open();
  // Three bytes a letter, and nothing for compression to find: kept whole, 200 of these would be more than 10 MiB.
  let seed = 1;
  const letter = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return String.fromCharCode(0x4e00 + (seed % 0x5000));
  };
  const text = Array.from({ length: 25_000 }, letter).join('');
  const night = { ...STAY, end: '2027-06-11' };
  await history.shows([at(night, ['RRULE:FREQ=DAILY;COUNT=400', `DESCRIPTION:${text}`])]).read();
  const kept = await wordings();
  expect(kept).toHaveLength(400);
  for (const raw of kept) expect(raw?.cutFrom).toBeGreaterThan(25_000);
});

it('a commit that ended halfway leaves each event with the text of what it holds', async () => {
  const documents = new FailingStore(openSqliteDocumentStore());
  history = await FeedHistory.open({ documents });
  await history.shows(nights(450, {})).read();
  documents.failCommit(2, 'not applied');
  await history
    .shows(nights(450, { summary: 'Reserved for longer' }))
    .read(1)
    .catch(() => undefined);
  await history.shows(nights(450, {})).read(1);
  for (const { title, start, raw } of await history.events()) {
    expect(raw?.text).toContain(`DTSTART;VALUE=DATE:${start.replaceAll('-', '')}\n`);
    expect(raw?.text).toContain(`SUMMARY:${title}\n`);
  }
});
