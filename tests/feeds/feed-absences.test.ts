import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BodyEntry } from './calendar-body.ts';
import { FeedHistory, HOUR_MS } from './feed-history.ts';

const A: BodyEntry = { uid: 'a', start: '2027-06-10', end: '2027-06-14' };
const B: BodyEntry = { uid: 'b', start: '2027-06-20', end: '2027-06-22' };
const C: BodyEntry = { uid: 'c', start: '2027-07-01', end: '2027-07-03' };

let history: FeedHistory;
beforeEach(async () => {
  history = await FeedHistory.open();
});
afterEach(() => history.close());

const statuses = async () => (await history.ledger()).map(({ status }) => status);

describe('an entry that the feed no longer shows', () => {
  it('keeps its time until two reads six hours apart agree, and is then released', async () => {
    await history.shows([A, B, C]).read();
    await history.shows([B, C]).read(1);
    expect(await statuses()).toEqual(['missing', 'active', 'active']);
    await history.read(5.9);
    expect(await statuses()).toEqual(['missing', 'active', 'active']);
    await history.read(0.2);
    expect(await statuses()).toEqual(['released', 'active', 'active']);
  });

  it('is released by an answer that nothing changed, and until then such answers only count', async () => {
    await history.close();
    history = await FeedHistory.open({ etags: true });
    await history.shows([A, B, C]).read();
    await history.shows([B, C]).read(1);
    const before = await history.ledger();
    expect(await history.read(3)).toEqual(before);
    expect(await history.runs()).toHaveLength(2);
    await history.read(3);
    expect(await statuses()).toEqual(['released', 'active', 'active']);
    expect((await history.runs()).at(-1)).toMatchObject({
      counts: { released: 1, missing: 0 },
      changes: [{ action: 'released', reason: expect.stringContaining('2027-06-01T06:00:00Z') }],
    });
    expect((await history.feed()).nextReleaseAt).toBeUndefined();
  });

  it('is read again in time to be released when it is due', async () => {
    await history.shows([A, B, C]).read();
    await history.shows([B, C]).read(1);
    const { nextReleaseAt } = await history.feed();
    expect(nextReleaseAt).toBe('2027-06-01T12:00:00Z');
    for (let poll = 0; poll < 20; poll++) {
      const next = Date.parse((await history.feed()).nextPollAt);
      if (next > Date.parse('2027-06-01T12:00:00Z')) break;
      history.now = next;
      await history.read();
    }
    expect(history.now).toBe(Date.parse('2027-06-01T12:00:00Z'));
    expect((await statuses())[0]).toBe('released');
  });

  it('is the same event when it comes back, before and after its release', async () => {
    const [known] = await history.shows([A, B, C]).read();
    await history.shows([B, C]).read(1);
    expect((await history.shows([A, B, C]).read(3))[0]).toEqual(known);
    await history.shows([B, C]).read(1);
    await history.read(7);
    expect((await statuses())[0]).toBe('released');
    expect((await history.shows([A, B, C]).read(1))[0]).toEqual(known);
    expect(await history.ledger()).toHaveLength(3);
  });

  it('begins to be missed anew each time it vanishes', async () => {
    await history.shows([A, B, C]).read();
    await history.shows([B, C]).read(1);
    await history.shows([A, B, C]).read(5);
    await history.shows([B, C]).read(1);
    await history.read(5);
    expect((await statuses())[0]).toBe('missing');
  });

  it('goes at once when the feed says that it was called off', async () => {
    await history.shows([A, B, C]).read();
    await history.shows([{ ...A, lines: ['STATUS:CANCELLED'] }, B, C]).read(1);
    expect(await statuses()).toEqual(['released', 'active', 'active']);
  });

  it('goes at once when a new reservation takes its time, and not for one that was there before', async () => {
    const taker = { uid: 'n', start: '2027-06-12', end: '2027-06-16' };
    await history.shows([A, B, C]).read();
    await history.shows([B, C, taker]).read(1);
    expect(await history.times()).toEqual([
      '2027-06-10/2027-06-14 released',
      '2027-06-12/2027-06-16 active',
      '2027-06-20/2027-06-22 active',
      '2027-07-01/2027-07-03 active',
    ]);
    await history.shows([A, B, C, taker]).read(1);
    await history.shows([B, C, taker]).read(1);
    expect((await statuses())[0]).toBe('missing');
  });

  it('does not go for a closure that takes its time', async () => {
    await history.shows([A, B, C]).read();
    await history.shows([B, C, { uid: 'n', start: '2027-06-11', end: '2027-06-16', summary: 'Blocked' }]).read(1);
    expect((await statuses())[0]).toBe('missing');
  });

  it('is not missed once it has begun, by the clock of the resource', async () => {
    await history.shows([A, B, C]).read();
    // 23:30 on 9 June in Bogota, 04:30 on 10 June in UTC: it begins tomorrow.
    history.now = Date.parse('2027-06-10T04:30:00Z');
    await history.shows([B, C]).read();
    expect((await statuses())[0]).toBe('missing');
    await history.shows([A, B, C]).read();
    history.now = Date.parse('2027-06-10T05:30:00Z');
    await history.shows([B, C]).read();
    expect((await statuses())[0]).toBe('active');
    await history.read(48);
    expect((await statuses())[0]).toBe('active');
  });

  it('stays taken when its stay begins before the evidence is enough', async () => {
    await history.shows([A, B, C]).read();
    history.now = Date.parse('2027-06-10T04:30:00Z');
    await history.shows([B, C]).read();
    await history.read(7);
    expect((await statuses())[0]).toBe('missing');
  });

  it('is forgotten when it is over, and its event stays as it was', async () => {
    await history.shows([A, B, C]).read();
    history.now = Date.parse('2027-06-15T12:00:00Z');
    await history.shows([B, C]).read();
    await history.read(24);
    expect(await statuses()).toEqual(['active', 'active', 'active']);
  });

  it('is not absent while it is there and cannot be read', async () => {
    await history.shows([A, B, C]).read();
    await history.shows([{ uid: 'a', start: '2027-06-10', end: '2027-06-08' }, B, C]).read(1);
    await history.read(30);
    expect(await statuses()).toEqual(['active', 'active', 'active']);
    expect((await history.runs()).at(-1)).toMatchObject({
      status: 'partial',
      counts: { setAside: 1, missing: 0 },
      setAside: [{ raw: expect.stringContaining('UID:a'), reason: 'end-before-start' }],
    });
  });

  it.each([
    ['begins', { start: '2027-06-10', end: '2027-06-11' }],
    ['ends', { start: '2027-06-13', end: '2027-06-14' }],
    ['begins and ends', { start: '2027-06-10', end: '2027-06-14' }],
  ])('is not taken for another that %s with it while it is there and cannot be read', async (_case, time) => {
    const [known] = await history.shows([A, B, C]).read();
    const lines = await history.shows([{ ...A, lines: ['DTSTART:nonsense'] }, { uid: 'd', ...time }, B, C]).read(1);
    expect(lines).toContainEqual(known);
    const others = lines.filter(({ id }) => id !== known?.id);
    expect(others).toContainEqual(expect.objectContaining({ ...time, status: 'active' }));
  });

  it('on a resource that is booked by the hour has begun when its hour has', async () => {
    await history.close();
    const timed = { kind: 'timed', timeZone: 'America/Bogota' } as const;
    history = await FeedHistory.open({ resource: timed, feed: { resourceKind: 'timed' } });
    const lesson = { uid: 'l', start: '2027-06-01T15:00:00Z', end: '2027-06-01T16:00:00Z' };
    const later = { uid: 'm', start: '2027-06-01T20:00:00Z', end: '2027-06-01T21:00:00Z' };
    await history.shows([lesson, later]).read();
    history.now = Date.parse('2027-06-01T15:30:00Z');
    await history.shows([]).read();
    expect(await statuses()).toEqual(['active', 'missing']);
  });
});

describe('a feed that is suspect', () => {
  const D: BodyEntry = { uid: 'd', start: '2027-07-10', end: '2027-07-12' };

  it('has shown nothing: nothing is released for 24 hours, then everything that is to come', async () => {
    await history.shows([A, B]).read();
    await history.shows([]).read(1);
    expect(await history.feed()).toMatchObject({ status: 'suspect', suspicion: { reason: 'emptied' } });
    expect(history.log.of('feed.suspect')).toHaveLength(1);
    expect((await history.runs()).at(-1)).toMatchObject({ status: 'held', counts: { missing: 2, released: 0 } });
    for (const hours of [7, 8, 8]) await history.read(hours);
    expect(await statuses()).toEqual(['missing', 'missing']);
    await history.read(1);
    expect(await statuses()).toEqual(['released', 'released']);
    expect(await history.feed()).toMatchObject({ status: 'healthy' });
    expect((await history.feed()).suspicion).toBeUndefined();
    expect(history.log.of('feed.suspect')).toHaveLength(1);
  });

  it('clears itself when its entries return, and a day of silence begins anew with the next', async () => {
    const before = await history.shows([A, B]).read();
    await history.shows([]).read(1);
    await history.read(20);
    expect(await history.shows([A, B]).read(1)).toEqual(before);
    expect(await history.feed()).toMatchObject({ status: 'healthy' });
    await history.shows([]).read(1);
    await history.read(23);
    expect(await statuses()).toEqual(['missing', 'missing']);
  });

  it('is not cleared by what first came meanwhile, not even when that vanishes and comes again', async () => {
    await history.shows([A]).read();
    await history.shows([]).read(1);
    for (const shown of [[B], [], [B]]) await history.shows(shown).read(1);
    await history.read(7);
    expect(await statuses()).toEqual(['missing', 'active']);
    expect(await history.feed()).toMatchObject({ status: 'suspect' });
    await history.read(14);
    expect(await statuses()).toEqual(['released', 'active']);
    expect(await history.feed()).toMatchObject({ status: 'healthy' });
  });

  it('has lost more than half of four: the rest is believed, the lost wait for 24 hours', async () => {
    await history.shows([A, B, C, D]).read();
    await history.shows([D]).read(1);
    expect(await history.feed()).toMatchObject({ status: 'suspect', suspicion: { reason: 'halved' } });
    await history.shows([{ ...D, end: '2027-07-14' }]).read(8);
    expect(await history.times()).toEqual([
      '2027-06-10/2027-06-14 missing',
      '2027-06-20/2027-06-22 missing',
      '2027-07-01/2027-07-03 missing',
      '2027-07-10/2027-07-14 active',
    ]);
    await history.read(16);
    expect(await statuses()).toEqual(['released', 'released', 'released', 'active']);
  });

  it('that has lost half of four, or most of three, is not', async () => {
    await history.shows([A, B, C, D]).read();
    await history.shows([C, D]).read(1);
    expect((await history.feed()).status).toBe('healthy');
    await history.read(7);
    expect(await statuses()).toEqual(['released', 'released', 'active', 'active']);
    await history.shows([D]).read(1);
    expect((await history.feed()).status).toBe('healthy');
  });

  it('believes nothing of what was missed while it was suspect once most has returned', async () => {
    await history.shows([A, B, C, D]).read();
    await history.shows([]).read(1);
    await history.shows([B, C, D]).read(20);
    expect(await history.feed()).toMatchObject({ status: 'healthy' });
    expect((await statuses())[0]).toBe('missing');
    await history.read(5);
    expect((await statuses())[0]).toBe('missing');
    await history.read(1);
    expect((await statuses())[0]).toBe('released');
  });

  it('that is suspect no more as a lost stay has begun lets go of the others after 24 hours all the same', async () => {
    const [tomorrow, other] = [
      { uid: 't', start: '2027-06-02', end: '2027-06-04' },
      { uid: 'e', start: '2027-07-20', end: '2027-07-22' },
    ];
    await history.shows([tomorrow, A, B, D, other]).read();
    await history.shows([D, other]).read(1);
    expect((await history.feed()).status).toBe('suspect');
    await history.shows([D, { ...other, end: '2027-07-23' }]).read(23.2);
    expect((await history.feed()).status).toBe('healthy');
    expect(await statuses()).toEqual(['missing', 'missing', 'missing', 'active', 'active']);
    await history.read(0.8);
    expect(await statuses()).toEqual(['missing', 'released', 'released', 'active', 'active']);
  });

  it('is not when all that it showed is called off', async () => {
    await history.shows([A, B]).read();
    await history.shows([A, B].map((entry) => ({ ...entry, lines: ['STATUS:CANCELLED'] }))).read(1);
    expect((await history.feed()).status).toBe('healthy');
    expect(await statuses()).toEqual(['released', 'released']);
  });

  it('takes up new reservations all the same', async () => {
    await history.shows([A, B, C, D]).read();
    await history.shows([{ uid: 'n', start: '2027-06-11', end: '2027-06-13' }]).read(1);
    expect((await history.feed()).status).toBe('suspect');
    expect(await history.times()).toContain('2027-06-11/2027-06-13 active');
    expect(await history.times()).toContain('2027-06-10/2027-06-14 missing');
  });

  it('is suspect for a while only of what it last showed: stays of the past do not count', async () => {
    await history.shows([A, B, C, D]).read();
    history.now = Date.parse('2027-06-23T12:00:00Z');
    await history.shows([D]).read();
    expect((await history.feed()).status).toBe('healthy');
    expect(history.now - Date.parse('2027-06-23T12:00:00Z')).toBeLessThan(HOUR_MS);
  });
});
