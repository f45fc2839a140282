import type { Platform } from '@dovetail/core/domain/event.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import { type Publication, tokenOf, USUAL_WINDOW } from '@dovetail/core/domain/publication.ts';
import { commitChanges, type EventState } from '@dovetail/core/ledger/commit-changes.ts';
import { hashOf } from '@dovetail/core/store/publication-tokens.ts';
import { publishFeed } from '@dovetail/core/sync/publications/publish-feed.ts';
import { releaseEvent, restoreEvent } from '@dovetail/core/sync/release-event.ts';
import { afterEach, describe, expect, it } from 'vitest';
import type { BodyEntry, Maker } from './calendar-body.ts';
import { FeedHistory, HOUR_MS, TENANT } from './feed-history.ts';

let history: FeedHistory;
afterEach(() => history.close());

const NIGHTS = { start: '2027-06-10', end: '2027-06-14' } as const;
const OWN = { uid: 'own@airbnb.com', start: '2027-07-01', end: '2027-07-04', code: 'HMOWN00001' } as const;
const TOKEN = 'token-of-the-platform';

/** A room whose feed comes from a platform that collects our publication of it. */
async function open(platform: Exclude<Maker, 'nobody'> = 'airbnb'): Promise<void> {
  history = await FeedHistory.open({ feed: { platform } });
  const { documents, store } = history.deps;
  const at = instantOf(history.now);
  const publication: Publication = {
    id: 'pub',
    selection: { type: 'resources', resourceIds: ['room'] },
    platform: platform as Platform,
    visibility: 'busy-only',
    shows: 'busy',
    window: USUAL_WINDOW,
    tokenHash: hashOf(TOKEN),
    createdAt: at,
    updatedAt: at,
  };
  await documents.commit([
    store.publications.create(TENANT, publication),
    store.publicationTokens.set(publication.tokenHash, tokenOf(TENANT, publication)),
  ]);
}

/** The platform comes for what we publish; answers its calendar. */
async function collect(): Promise<string> {
  const answer = await publishFeed(
    { token: TOKEN, isCollecting: true, choose: () => ({ coding: 'identity', isKnown: false }) },
    { ...history.deps, bodies: { get: (_key, make) => make() } },
  );
  return Buffer.from(answer?.body ?? []).toString();
}

/** A booking of our own on the room. */
async function book(id: string, part: Partial<EventState> = {}): Promise<void> {
  const event: EventState = {
    id,
    resourceId: 'room',
    kind: 'reservation',
    status: 'active',
    source: { type: 'booking-system', id: 'app', externalUid: id },
    ...NIGHTS,
    title: 'Guest A',
    priority: 1,
    lastSeenAt: instantOf(history.now),
    ...part,
  };
  await commitChanges({ tenantId: TENANT, eventIds: [id], decide: () => ({ events: [event] }) }, history.deps);
}

const closed = (part: Partial<BodyEntry> = {}): BodyEntry => ({
  uid: 'closure@airbnb.com',
  ...NIGHTS,
  summary: 'Airbnb (Not available)',
  ...part,
});
const ofFeed = async () => (await history.events()).filter(({ source }) => source.type === 'feed');
const conflicts = () => history.deps.store.conflicts.query(history.deps.documents, TENANT);
const line = async () => (await ofFeed()).map(({ start, end, status, echoOf }) => ({ start, end, status, echoOf }));

/** The stay stands, the platform has it, and its closure came with the next read. */
async function echoed(platform: Exclude<Maker, 'nobody'> = 'airbnb', part: Partial<BodyEntry> = {}): Promise<void> {
  await open(platform);
  await history.shows([OWN], platform).read();
  await book('stay');
  history.now += HOUR_MS;
  await collect();
  await history.shows([OWN, closed(part)], platform).read(1);
}

describe('a closure that repeats what its platform collected', () => {
  it('is known as an echo: no conflict, nothing published, nothing inherited', async () => {
    await echoed();
    expect((await ofFeed())[0]).toMatchObject({ ...NIGHTS, status: 'active', echoOf: 'stay' });
    expect(await conflicts()).toEqual([]);
    const text = await collect();
    expect(text.match(/BEGIN:VEVENT/g)).toHaveLength(1);
    expect(text).toContain('UID:stay.pub@dovetail');
  });

  it('costs a poll that finds nothing new no more than any other', async () => {
    await echoed();
    const ledger = await history.billed(() => history.ledger());
    const { reads, writes } = await history.billed(() => history.read(1));
    expect([reads - ledger.reads, writes]).toEqual([1, 1]);
    history.now += 6 * HOUR_MS;
    const compared = await history.billed(() => history.read());
    expect(compared.writes).toBe(1);
  });

  it('is released as soon as it vanishes after its platform has heard that the stay is gone', async () => {
    await echoed();
    await book('stay', { status: 'cancelled' });
    await history.read(1);
    expect(await line()).toMatchObject([{ status: 'active', echoOf: 'stay' }, { status: 'active' }]);
    await collect();
    await history.shows([OWN], 'airbnb').read(1);
    expect(await line()).toMatchObject([{ status: 'released' }, { status: 'active' }]);
    expect((await history.feed()).status).toBe('healthy');
  });

  it('makes no feed suspect when many vanish with their stays', async () => {
    await open();
    const many = Array.from({ length: 5 }, (_, index) => ({
      start: `2027-06-1${index}`,
      end: `2027-06-1${index + 1}`,
    }));
    await history.shows([OWN], 'airbnb').read();
    for (const [index, nights] of many.entries()) await book(`stay-${index}`, nights);
    await collect();
    await history
      .shows([OWN, ...many.map((nights, index) => closed({ ...nights, uid: `${index}@airbnb.com` }))], 'airbnb')
      .read(1);
    for (const [index, nights] of many.entries()) await book(`stay-${index}`, { ...nights, status: 'cancelled' });
    await collect();
    await history.shows([OWN], 'airbnb').read(1);
    expect((await history.feed()).status).toBe('healthy');
    expect((await line()).map(({ status }) => status)).toEqual([...Array(5).fill('released'), 'active']);
  });

  it('holds its time no longer once its platform has heard and had its time, though it shows it still', async () => {
    await echoed();
    await book('stay', { status: 'cancelled' });
    await collect();
    // The next comparison is due after six hours at the latest, and Airbnb has four to show what it collected.
    await history.read(3);
    expect((await line())[0]).toMatchObject({ status: 'active' });
    await history.read(4);
    expect((await line())[0]).toMatchObject({ status: 'released', echoOf: 'stay' });
    const before = await history.events();
    await history.read(24);
    await history.shows([OWN, closed()], 'airbnb').read(1);
    expect(await history.events()).toEqual(before);
    // What it then closes is its own.
    await history.shows([OWN, closed({ end: '2027-06-15' })], 'airbnb').read(1);
    expect((await line())[0]).toEqual({ start: NIGHTS.start, end: '2027-06-15', status: 'active', echoOf: undefined });
  });

  it('that staff freed holds nothing when they take that back after it was over, though it is shown still', async () => {
    await echoed();
    const eventId = (await ofFeed())[0]?.id ?? '';
    await releaseEvent({ tenantId: TENANT, eventId }, history.deps);
    await book('stay', { status: 'cancelled' });
    await collect();
    await history.read(3);
    await history.shows([{ ...OWN, end: '2027-07-05' }, closed()], 'airbnb').read(4);
    await restoreEvent({ tenantId: TENANT, eventId }, history.deps);
    expect((await line())[0]).toMatchObject({ status: 'cancelled' });
  });

  it('that staff freed is still judged after a commit that ended halfway, and held when they take that back', async () => {
    await echoed();
    const eventId = (await ofFeed())[0]?.id ?? '';
    await releaseEvent({ tenantId: TENANT, eventId }, history.deps);
    const { documents, store } = history.deps;
    await documents.commit([store.feeds.update(TENANT, 'feed', { unsettled: 'run 0', contentHash: undefined })]);
    await history.read(1);
    await restoreEvent({ tenantId: TENANT, eventId }, history.deps);
    expect((await line())[0]).toMatchObject({ status: 'active', echoOf: 'stay' });
    await book('stay', { status: 'cancelled' });
    await collect();
    await history.read(3);
    await history.read(4);
    expect((await line())[0]).toMatchObject({ status: 'released' });
  });

  it('ends after two days when its platform never comes again', async () => {
    await echoed();
    await book('stay', { status: 'cancelled' });
    await history.read(6);
    await history.read(47);
    expect((await line())[0]).toMatchObject({ status: 'active' });
    await history.read(2);
    expect((await line())[0]).toMatchObject({ status: 'released' });
  });

  it('stands for itself where it may be a stay that was sold when the nights came free', async () => {
    await echoed('booking.com', { summary: 'CLOSED - Not available', uid: '1@booking.com' });
    expect((await line())[0]).toMatchObject({ echoOf: 'stay' });
    await book('stay', { status: 'cancelled' });
    await collect();
    await history.read(11);
    expect((await line())[0]).toMatchObject({ status: 'active', echoOf: 'stay' });
    await history.read(8);
    expect((await line())[0]).toEqual({ ...NIGHTS, status: 'active', echoOf: undefined });
  });

  it('is no echo any more when its platform extends it beyond our time', async () => {
    await echoed();
    await history.shows([OWN, closed({ end: '2027-06-15' })], 'airbnb').read(1);
    expect((await line())[0]).toEqual({ start: NIGHTS.start, end: '2027-06-15', status: 'active', echoOf: undefined });
    expect(await conflicts()).toMatchObject([{ status: 'resolved', winnerEventId: 'stay' }]);
  });

  it('follows what it repeats from one event to another', async () => {
    await echoed();
    await book('stay', { status: 'cancelled' });
    await book('other');
    await history.read(7);
    expect((await line())[0]).toMatchObject({ status: 'active', echoOf: 'other' });
  });

  it('may repeat several, and is known whatever UID it has that day', async () => {
    await open();
    await history.shows([], 'airbnb').read();
    await book('a', { start: '2027-06-10', end: '2027-06-12' });
    await book('b', { start: '2027-06-12', end: '2027-06-14', kind: 'block' });
    await collect();
    await history.shows([closed({ uid: 'one@airbnb.com' })], 'airbnb').read(1);
    await history.shows([closed({ uid: 'two@airbnb.com' })], 'airbnb').read(1);
    expect(await line()).toEqual([{ ...NIGHTS, status: 'active', echoOf: 'a' }]);
  });

  it('repeats also time that was let go of and taken again, which its platform heard neither of', async () => {
    await open();
    await history.shows([OWN], 'airbnb').read();
    await book('stay');
    history.now += HOUR_MS;
    await collect();
    await book('stay', { status: 'cancelled' });
    await book('stay');
    await history.shows([OWN, closed()], 'airbnb').read(1);
    expect(await line()).toMatchObject([{ echoOf: 'stay' }, {}]);
    await book('stay', { status: 'cancelled' });
    await collect();
    await history.shows([OWN], 'airbnb').read(1);
    expect(await line()).toMatchObject([{ status: 'released' }, {}]);
  });

  it('survives a commit that ended halfway', async () => {
    await echoed();
    const { documents, store } = history.deps;
    await documents.commit([store.feeds.update(TENANT, 'feed', { unsettled: 'run 0', contentHash: undefined })]);
    await history.read(1);
    expect((await line())[0]).toMatchObject({ status: 'active', echoOf: 'stay' });
  });
});

describe('a closure that is none', () => {
  it('is an open conflict when it covers what its platform could not have collected yet: it may be a sale', async () => {
    await open('booking.com');
    await history.shows([], 'booking.com').read();
    await collect();
    await book('stay');
    await history.shows([closed({ uid: '1@booking.com', summary: 'CLOSED - Not available' })], 'booking.com').read(1);
    expect((await ofFeed())[0]).toMatchObject({ showedFirst: true, status: 'active' });
    expect((await ofFeed())[0]).not.toHaveProperty('echoOf');
    expect(await conflicts()).toMatchObject([{ status: 'open', type: 'reservation-block' }]);
    // That it is collected later proves nothing of what was sold before.
    await collect();
    await history.read(1);
    expect(await conflicts()).toMatchObject([{ status: 'open' }]);
  });

  it('is one over time whose going its platform had heard of when it was taken again', async () => {
    await open();
    await history.shows([OWN], 'airbnb').read();
    await book('stay');
    await collect();
    await book('stay', { status: 'cancelled' });
    history.now += HOUR_MS;
    await collect();
    await book('stay');
    await history.shows([OWN, closed()], 'airbnb').read(1);
    expect((await ofFeed())[0]).toMatchObject({ showedFirst: true });
    expect((await ofFeed())[0]).not.toHaveProperty('echoOf');
  });

  it('is one that only partly lies in our time', async () => {
    await open();
    await book('stay');
    await collect();
    await history.shows([closed({ start: '2027-06-09' })], 'airbnb').read(1);
    expect((await line())[0]).toMatchObject({ echoOf: undefined, status: 'active' });
  });

  it('is one of another platform, or of a resource that nobody collects', async () => {
    await open('vrbo');
    await book('stay');
    await collect();
    const { documents, store } = history.deps;
    await documents.commit([store.feeds.update(TENANT, 'feed', { platform: 'airbnb' })]);
    await history.shows([closed()], 'airbnb').read(1);
    expect((await line())[0]).toMatchObject({ echoOf: undefined });
    expect(await conflicts()).toMatchObject([{ status: 'resolved', winnerEventId: 'stay' }]);
  });

  it('is one that repeats what the platform said itself', async () => {
    await open();
    await history.shows([{ ...OWN, ...NIGHTS }], 'airbnb').read();
    await collect();
    await history.shows([{ ...OWN, ...NIGHTS }, closed()], 'airbnb').read(1);
    expect((await ofFeed()).map(({ echoOf }) => echoOf)).toEqual([undefined, undefined]);
  });

  it('is a stay, wherever it lies', async () => {
    await open();
    await book('stay');
    await collect();
    await history.shows([{ ...OWN, ...NIGHTS }], 'airbnb').read(1);
    expect((await line())[0]).toMatchObject({ echoOf: undefined });
    expect(await conflicts()).toMatchObject([{ type: 'double-booking' }]);
  });
});
