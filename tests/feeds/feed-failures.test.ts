import { AccessRevoked, RateLimited, TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FeedHistory, HOUR_MS, START } from './feed-history.ts';

let history: FeedHistory;
beforeEach(async () => {
  history = await FeedHistory.open();
  await history.shows([{ uid: 'a', start: '2027-06-10', end: '2027-06-14' }]).read();
});
afterEach(() => history.close());

const DOWN = new TemporarilyUnavailable("the feed's server answered 503");

/** Reads whenever the feed is due, until it is parked or `hours` are over; answers when it was read, in hours. */
async function pollFor(hours: number): Promise<number[]> {
  const reads: number[] = [];
  for (;;) {
    const { nextPollAt, status } = await history.feed();
    const at = Date.parse(nextPollAt);
    if (status === 'parked' || at > START + hours * HOUR_MS) return reads;
    history.now = at;
    await history.read();
    reads.push((at - START) / HOUR_MS);
  }
}

describe('a feed that cannot be read', () => {
  it('changes no event, and says why in words', async () => {
    const before = await history.ledger();
    expect(await history.fails(DOWN).read(1)).toEqual(before);
    expect(await history.feed()).toMatchObject({
      status: 'failing',
      statusReason: "the feed's server answered 503",
      counters: { failures: 1 },
    });
    expect((await history.runs()).at(-1)).toMatchObject({
      status: 'failed',
      errors: ["the feed's server answered 503; no event was changed"],
      counts: { seen: 0, changed: 0, missing: 0 },
    });
  });

  it.each([
    ['', 'this is empty'],
    ['<!doctype html><p>Sign in', 'web page'],
    ['{"error":"gone"}', 'JSON'],
    ['BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART;VALUE=DATE:20270', 'breaks off'],
  ])('because it answers %j, says so', async (body, reason) => {
    const before = await history.ledger();
    expect(await history.shows(body).read(1)).toEqual(before);
    expect((await history.feed()).statusReason).toContain(reason);
  });

  it('is asked ever more rarely, and parked after a day, of which staff are told once', async () => {
    history.fails(DOWN);
    const reads = await pollFor(100);
    const gaps = reads.slice(1).map((at, index) => at - (reads[index] ?? 0));
    expect(gaps.every((gap, index) => gap >= (gaps[index - 1] ?? 0))).toBe(true);
    expect(Math.max(...gaps)).toBe(6);
    expect(reads.length).toBeGreaterThanOrEqual(8);
    expect(await history.feed()).toMatchObject({ status: 'parked', statusReason: "the feed's server answered 503" });
    expect(history.log.of('feed.parked')).toMatchObject([{ severity: 'ALERT', reason: 'temporarily-unavailable' }]);
    await history.read(24);
    expect(history.log.of('feed.parked')).toHaveLength(1);
    expect(await history.ledger()).toMatchObject([{ status: 'active' }]);
  });

  it('is well again with its first answer, also one that nothing changed, and that leaves a run', async () => {
    await history.fails(new AccessRevoked("the feed's server answered 403")).read(1);
    await history.shows([{ uid: 'a', start: '2027-06-10', end: '2027-06-14' }]).read(1);
    const feed = await history.feed();
    expect(feed).toMatchObject({ status: 'healthy', counters: { failures: 0 } });
    expect([feed.statusReason, feed.failingSince]).toEqual([undefined, undefined]);
    expect((await history.runs()).at(-1)).toMatchObject({ status: 'success', changes: [] });
  });

  it('is left alone for as long as its server asks', async () => {
    await history.fails(new RateLimited('slow down', { retryAfterMs: 10 * HOUR_MS })).read(1);
    expect((await history.feed()).nextPollAt).toBe(instantOf(history.now + 10 * HOUR_MS));
  });

  it('counts a miss of nothing: absence is known from complete reads alone', async () => {
    await history.shows([{ uid: 'b', start: '2027-07-10', end: '2027-07-14' }]).read(1);
    await history.fails(DOWN).read(3);
    await history.read(4);
    expect((await history.ledger())[0]?.status).toBe('missing');
  });
});
