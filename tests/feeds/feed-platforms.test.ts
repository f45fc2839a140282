import { acceptFeed } from '@dovetail/core/sync/feeds/accept-feed.ts';
import { afterEach, describe, expect, it } from 'vitest';
import type { BodyEntry } from './calendar-body.ts';
import { FeedHistory, TENANT } from './feed-history.ts';

let history: FeedHistory;
afterEach(() => history.close());

const OURS: BodyEntry[] = [
  { uid: '1418fb94e984-1@airbnb.com', start: '2027-06-10', end: '2027-06-14', code: 'HMSTAY0001' },
  { uid: '1418fb94e984-2@airbnb.com', start: '2027-06-20', end: '2027-06-22', code: 'HMSTAY0002' },
];
const LATER: BodyEntry = { uid: '1c@airbnb.com', start: '2027-08-10', end: '2027-08-14', code: 'HMLATER001' };
const THEIRS: BodyEntry[] = [
  { uid: '0a1b@booking.com', start: '2027-06-11', end: '2027-06-13', summary: 'CLOSED - Not available' },
  { uid: '0a1c@booking.com', start: '2027-07-01', end: '2027-07-03', summary: 'CLOSED - Not available' },
];

it('a feed nobody named belongs to the platform its first read finds, and its priority follows', async () => {
  history = await FeedHistory.open({ feed: { platformUnknown: true } });
  await history.shows(OURS, 'airbnb').read();
  expect(await history.feed()).toMatchObject({ platform: 'airbnb', detection: { platform: 'airbnb' } });
  expect((await history.feed()).platformUnknown).toBeUndefined();
  expect(await history.events()).toMatchObject([{ platform: 'airbnb', priority: 3 }, {}]);
});

it('a feed that is called another platform’s is read as told, with a warning', async () => {
  history = await FeedHistory.open({ feed: { platform: 'vrbo' } });
  await history.shows(OURS, 'airbnb').read();
  expect((await history.feed()).platform).toBe('vrbo');
  expect((await history.runs())[0]?.warnings).toEqual([
    expect.stringMatching(/^the feed looks like one of airbnb \(.*PRODID.*\), not of vrbo$/),
  ]);
});

describe('another platform’s calendar at the feed’s address, with other entries', () => {
  async function taken() {
    history = await FeedHistory.open({ feed: { platform: 'airbnb' }, etags: true });
    const before = await history.shows(OURS, 'airbnb').read();
    await history.shows(THEIRS, 'booking.com').read(1);
    return before;
  }

  it('changes no event, and makes the feed suspect', async () => {
    const before = await taken();
    expect(await history.ledger()).toEqual(before);
    expect(await history.feed()).toMatchObject({
      status: 'suspect',
      platform: 'airbnb',
      suspicion: { reason: 'other-platform', platform: 'booking.com' },
      statusReason: expect.stringContaining('booking.com'),
    });
    expect((await history.runs()).at(-1)).toMatchObject({ status: 'held', changes: [] });
    await history.read(6);
    await history.read(6);
    expect(await history.runs()).toHaveLength(2);
    expect(history.log.of('feed.suspect')).toHaveLength(1);
  });

  it('is forgotten when the own one returns', async () => {
    const before = await taken();
    expect(await history.shows(OURS, 'airbnb').read(1)).toEqual(before);
    expect(await history.feed()).toMatchObject({ status: 'healthy' });
    await history.read(30);
    expect(await history.ledger()).toEqual(before);
  });

  it('does not shorten the day that the own one has been silent for', async () => {
    history = await FeedHistory.open({ feed: { platform: 'airbnb' } });
    await history.shows([...OURS, LATER], 'airbnb').read();
    await history.shows([LATER], 'airbnb').read(1);
    await history.shows([], 'airbnb').read(1);
    const before = await history.ledger();
    await history.shows(THEIRS, 'booking.com').read(1);
    await history.shows([], 'airbnb').read(6);
    await history.read(7);
    expect(await history.ledger()).toEqual(before);
    expect(await history.feed()).toMatchObject({ status: 'suspect', suspicion: { reason: 'emptied' } });
    await history.read(11);
    expect((await history.ledger()).map(({ status }) => status)).toEqual(['released', 'released', 'released']);
  });

  it('is the feed after a day, and what the old one showed is released', async () => {
    await taken();
    await history.read(23.5);
    expect((await history.feed()).platform).toBe('airbnb');
    await history.read(0.5);
    await expectTakenOver();
  });

  it('is the feed at once when staff accept it', async () => {
    await taken();
    await acceptFeed({ tenantId: TENANT, feedId: 'feed' }, history.deps);
    await expectTakenOver();
  });

  async function expectTakenOver() {
    expect(await history.feed()).toMatchObject({ status: 'healthy', platform: 'booking.com' });
    expect(await history.times()).toEqual([
      '2027-06-10/2027-06-14 released',
      '2027-06-11/2027-06-13 active',
      '2027-06-20/2027-06-22 released',
      '2027-07-01/2027-07-03 active',
    ]);
  }
});
