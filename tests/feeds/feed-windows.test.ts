import { addDays } from '@dovetail/core/domain/interval.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BodyEntry } from './calendar-body.ts';
import { FeedHistory, HOUR_MS, TENANT } from './feed-history.ts';

let history: FeedHistory;
beforeEach(async () => {
  history = await FeedHistory.open({ etags: true });
});
afterEach(() => history.close());

const TODAY = '2027-06-01';
const NEAR: BodyEntry = { uid: 'near', start: '2027-06-10', end: '2027-06-12' };
const HORIZON = addDays(TODAY, 730);
const warnings = async () => (await history.runs()).at(-1)?.warnings;

/** Reads once a day for so many days, and answers how many events each day wrote. */
async function readDaily(days: number, onDay: (day: number) => void = () => undefined): Promise<number[]> {
  const revisions = async () => (await history.events()).reduce((sum, { revision }) => sum + revision, 0);
  const written: number[] = [];
  for (let day = 1; day <= days; day++) {
    const before = await revisions();
    history.now += 24 * HOUR_MS;
    onDay(day);
    await history.read();
    written.push((await revisions()) - before);
  }
  return written;
}

describe('what reaches beyond the limits', () => {
  it('is held until there, with a warning: an event that ends in the year 9999', async () => {
    await history.shows([NEAR, { uid: 'far', start: '2027-08-01', end: '9999-12-31', summary: 'Blocked' }]).read();
    expect(await history.times()).toEqual(['2027-06-10/2027-06-12 active', `2027-08-01/${HORIZON} active`]);
    expect(await warnings()).toEqual([
      `the entry from 2027-08-01 to 9999-12-31 reaches beyond ${HORIZON}: it is held until then`,
      'the entry from 2027-08-01 to 9999-12-31 is longer than 365 nights',
    ]);
    expect((await history.runs()).at(-1)).toMatchObject({ status: 'success', counts: { setAside: 0 } });
  });

  it('moves on with the calendar month by month, not day by day', async () => {
    await history.shows([NEAR, { uid: 'far', start: '2027-08-01', end: '9999-12-31', summary: 'Blocked' }]).read();
    const written = await readDaily(65);
    expect(written.filter((events) => events > 0)).toEqual([1, 1]);
    const end = (await history.ledger()).at(-1)?.end ?? '';
    expect(end > addDays(TODAY, 730 + 60)).toBe(true);
    expect(end <= addDays(TODAY, 730 + 65)).toBe(true);
  });

  it('stays one event for good: a series that overlaps itself and never ends', async () => {
    const lines = ['RRULE:FREQ=DAILY'];
    await history.shows([{ uid: 'daily', start: '2027-06-05', end: '2027-06-09', summary: 'Blocked', lines }]).read();
    const [{ id } = { id: '' }] = await history.ledger();
    const written = await readDaily(70);
    expect(await history.ledger()).toMatchObject([{ id, start: '2027-06-05', status: 'active' }]);
    expect(written.filter((count) => count > 0)).toEqual([1, 1]);
  });

  it('is left out while all of it lies beyond, and taken up on the day its limits reach it', async () => {
    const far = { uid: 'far', start: addDays(HORIZON, 3), end: addDays(HORIZON, 5) };
    await history.shows([NEAR, far]).read();
    expect(await history.ledger()).toHaveLength(1);
    expect(await warnings()).toEqual(['left out for now, as they start more than 730 days ahead: 1']);
    expect(await readDaily(5)).toEqual([0, 0, 0, 1, 1]);
    expect((await history.times()).at(-1)).toBe(`${far.start}/${far.end} active`);
  });

  it('costs an unchanged poll nothing more before that day', async () => {
    await history.shows([NEAR, { uid: 'far', start: addDays(HORIZON, 3), end: addDays(HORIZON, 5) }]).read();
    history.now += 24 * HOUR_MS;
    const ledger = await history.billed(() => history.ledger());
    const { reads, writes } = await history.billed(() => history.read());
    expect([reads - ledger.reads, writes]).toEqual([1, 1]);
  });

  it('follows the limits of the feed', async () => {
    await history.close();
    history = await FeedHistory.open({ feed: { limits: { daysAhead: 20, maxNights: 3, minNights: 2 } } });
    const stay = { uid: 'a', start: '2027-06-15', end: '2027-06-30' };
    await history.shows([{ ...NEAR, end: '2027-06-11' }, stay]).read();
    expect(await history.times()).toEqual(['2027-06-10/2027-06-11 active', '2027-06-15/2027-06-21 active']);
    expect(await warnings()).toEqual([
      'the entry from 2027-06-15 to 2027-06-30 reaches beyond 2027-06-21: it is held until then',
      'the entry from 2027-06-15 to 2027-06-30 is longer than 3 nights',
      'the entry from 2027-06-10 to 2027-06-11 is shorter than 2 nights',
    ]);
  });

  it('goes at once when the limits become narrower, as nothing that is missed, and comes back with its day', async () => {
    const stays = [10, 40, 100, 200, 300].map((day) => {
      return { uid: `in-${day}`, start: addDays(TODAY, day), end: addDays(TODAY, day + 3) };
    });
    await history.shows(stays).read();
    const before = await history.ledger();
    const { documents, store } = history.deps;
    const part = { tenantLimits: { daysAhead: 60 }, contentHash: undefined };
    await documents.commit([store.feeds.update(TENANT, 'feed', part)]);
    await history.read(1);
    expect((await history.ledger()).map(({ status }) => status)).toEqual([
      ...['active', 'active'],
      ...['released', 'released', 'released'],
    ]);
    expect((await history.runs()).at(-1)).toMatchObject({ status: 'success', counts: { released: 3, missing: 0 } });
    expect(history.log.of('feed.suspect')).toEqual([]);
    expect(await readDaily(41)).toEqual([...Array.from({ length: 40 }, () => 0), 1]);
    const { id, start } = before[2]!;
    expect((await history.ledger())[2]).toMatchObject({ id, start, status: 'active' });
  });

  it('is missed like anything else when something else ends with it', async () => {
    const closed = { uid: 'a', start: addDays(TODAY, 100), end: '9999-12-31', summary: 'Blocked' };
    await history.shows([NEAR, closed]).read();
    await history.shows([NEAR, { ...closed, uid: 'b', start: addDays(HORIZON, 5) }]).read(1);
    expect((await history.times()).at(-1)).toBe(`${closed.start}/${HORIZON} missing`);
  });

  it('in the past is history for 30 days, and never comes back', async () => {
    const past = { uid: 'p', start: '2027-05-10', end: '2027-05-12' };
    const long = { uid: 'o', start: '2026-12-01', end: '2026-12-05' };
    await history.shows([past, long, NEAR]).read();
    expect(await history.times()).toEqual(['2027-05-10/2027-05-12 active', '2027-06-10/2027-06-12 active']);
    const before = await history.ledger();
    const later = { ...NEAR, uid: 'later', start: '2027-08-10', end: '2027-08-12' };
    history.now += 40 * 24 * HOUR_MS;
    expect((await history.shows([past, long, NEAR, later]).read()).slice(0, 2)).toEqual(before);
    await history.shows([later]).read(1);
    expect((await history.ledger()).slice(0, 2)).toEqual(before);
  });
});

describe('a closure at the edge of Airbnb’s calendar', () => {
  /** As Airbnb shows it on a day: from half a year ahead to a year ahead, each day under a new UID. */
  const edge = (day: number): BodyEntry => ({
    uid: `7f662ec65913-${day}@airbnb.com`,
    start: addDays(TODAY, 180 + day),
    end: addDays(TODAY, 365 + day),
    summary: 'Airbnb (Not available)',
  });
  /** A closure in progress, shortened and named anew each day. */
  const current = (day: number): BodyEntry => ({
    uid: `6fec1092d3fa-${day}@airbnb.com`,
    start: addDays(TODAY, day),
    end: '2027-07-05',
    summary: 'Airbnb (Not available)',
  });
  const stay = { uid: '1418fb94e984-1@airbnb.com', start: '2027-07-10', end: '2027-07-12', code: 'HMSTAY0001' };

  it('stays one event over thirty days, and only a week’s move of the edge is written', async () => {
    await history.shows([stay, edge(0)], 'airbnb').read();
    const [, before] = await history.ledger();
    const written = await readDaily(30, (day) => history.shows([stay, edge(day)], 'airbnb'));
    const [, after] = await history.ledger();
    expect(await history.ledger()).toHaveLength(2);
    expect(after?.id).toBe(before?.id);
    expect(written.every((events) => events <= 1)).toBe(true);
    expect(written.filter((events) => events > 0).length).toBeLessThanOrEqual(4);
    // It is never further off than a week.
    expect(Math.abs(Date.parse(after!.start) - Date.parse(edge(30).start))).toBeLessThanOrEqual(7 * 24 * HOUR_MS);
    expect(history.log.of('feed.suspect')).toEqual([]);
  });

  it('in progress stays one event, and its start of the past is not followed', async () => {
    await history.shows([stay, current(0)], 'airbnb').read();
    const before = await history.ledger();
    const written = await readDaily(30, (day) => history.shows([stay, current(day)], 'airbnb'));
    expect(written.every((events) => events === 0)).toBe(true);
    expect(await history.ledger()).toEqual(before);
  });

  it('near at hand is followed to the day: the host may have moved it', async () => {
    const closed = (end: string): BodyEntry => ({ ...current(1), end });
    await history.shows([stay, closed('2027-06-08')], 'airbnb').read();
    await history.shows([stay, closed('2027-06-10')], 'airbnb').read(1);
    expect((await history.times())[0]).toBe('2027-06-02/2027-06-10 active');
  });
});
