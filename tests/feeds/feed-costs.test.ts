import { addDays, instantOf } from '@dovetail/core/domain/interval.ts';
import { enqueueDueFeeds } from '@dovetail/core/sync/feeds/enqueue-due-feeds.ts';
import { afterEach, describe, expect, it } from 'vitest';
import type { BodyEntry } from './calendar-body.ts';
import { FeedHistory, HOUR_MS } from './feed-history.ts';

let history: FeedHistory;
afterEach(() => history.close());

/** One night after the other. */
function nights(count: number): BodyEntry[] {
  return Array.from({ length: count }, (_, index) => {
    const start = addDays('2027-06-05', index);
    return { uid: `uid-${index}@feeds.test`, start, end: addDays(start, 1) };
  });
}

/** A half hour in every hour. */
function lessons(count: number): BodyEntry[] {
  return Array.from({ length: count }, (_, index) => {
    const start = Date.parse('2027-06-05T00:00:00Z') + index * HOUR_MS;
    return { uid: `uid-${index}@feeds.test`, start: instantOf(start), end: instantOf(start + HOUR_MS / 2) };
  });
}

describe('a feed that shows what it showed', () => {
  it.each([
    ['says so itself', true, 1],
    ['says so itself, with 500 entries', true, 500],
    ['is sent whole, stamped anew', false, 1],
    ['is sent whole, with 500 entries', false, 500],
  ])('costs two reads and one write with its schedule, when it %s', async (_case, etags, count) => {
    history = await FeedHistory.open({ etags });
    await history.shows(nights(count)).read();
    if (!etags) history.shows(nights(count));
    const scheduled = (await history.feed()).nextPollAt;
    history.now = Date.parse(scheduled);
    const fanOut = await history.billed(() => enqueueDueFeeds(scheduled, history.deps));
    const read = await history.billed(() => history.read());
    const ledger = await history.billed(() => history.ledger());
    // The schedule also asks once for hosts that are not well, whatever the number of feeds.
    expect(fanOut.reads - 1).toBe(1);
    expect(fanOut.writes).toBe(0);
    expect([read.reads - ledger.reads, read.writes, read.deletes]).toEqual([1, 1, 0]);
    expect((await history.feed()).counters).toEqual({ polls: 2, unchanged: 1, failures: 0 });
    expect(await history.runs()).toHaveLength(1);
    expect(history.log.of('feed.read')).toHaveLength(1);
  });

  it('costs as little when its UIDs are new on every fetch', async () => {
    history = await FeedHistory.open();
    let fetches = 0;
    const anew = () => nights(3).map((entry) => ({ ...entry, uid: `uid-${fetches++}` }));
    const before = await history.shows(anew()).read();
    expect(await history.shows(anew()).read(1)).toEqual(before);
    for (let poll = 0; poll < 3; poll++) {
      history.now += HOUR_MS;
      history.shows(anew());
      const ledger = await history.billed(() => history.ledger());
      const { reads, writes } = await history.billed(() => history.read());
      expect([reads - ledger.reads, writes]).toEqual([1, 1]);
    }
    expect(await history.ledger()).toEqual(before);
    expect(await history.runs()).toHaveLength(1);
  });
});

it('one changed entry among 2,000 costs at most eight writes', async () => {
  const timed = { kind: 'timed', timeZone: 'UTC' } as const;
  history = await FeedHistory.open({ resource: timed, feed: { resourceKind: 'timed', timeZone: 'UTC' } });
  const entries = lessons(2_000);
  await history.shows(entries).read();
  const longer = instantOf(Date.parse(entries[40]!.end!) + HOUR_MS / 4);
  history.shows(entries.map((entry, index) => (index === 40 ? { ...entry, end: longer } : entry)));
  history.now += HOUR_MS;
  const { writes, deletes } = await history.billed(() => history.read());
  expect(deletes).toBe(0);
  expect(writes).toBeLessThanOrEqual(8);
  expect((await history.runs()).at(-1)).toMatchObject({ counts: { changed: 1, added: 0, missing: 0 } });
});
