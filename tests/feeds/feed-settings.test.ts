import { PreconditionFailed } from '@dovetail/core/domain/errors.ts';
import { addDays } from '@dovetail/core/domain/interval.ts';
import type { Tenant } from '@dovetail/core/domain/tenant.ts';
import type { PartOf } from '@dovetail/core/store/collection.ts';
import { applySettings } from '@dovetail/core/sync/apply-settings.ts';
import { syncFeed } from '@dovetail/core/sync/feeds/sync-feed.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BodyEntry } from './calendar-body.ts';
import { FeedHistory, HOUR_MS, TENANT } from './feed-history.ts';

let history: FeedHistory;
beforeEach(async () => {
  history = await FeedHistory.open({ feed: { platform: 'airbnb' } });
});
afterEach(() => history.close());

const STAYS: readonly BodyEntry[] = [
  { uid: 'a', start: '2027-06-10', end: '2027-06-12' },
  { uid: 'b', start: '2027-07-10', end: '2027-07-12' },
  { uid: 'c', start: '2028-06-10', end: '2028-06-12' },
];
const AIRBNB_FIRST = { priorities: { feeds: { airbnb: 1 } } };

const choose = (part: PartOf<Omit<Tenant, 'id'>>) =>
  history.deps.documents.commit([history.deps.store.tenants.update(TENANT, part)]);
const apply = () => applySettings({ tenantId: TENANT }, history.deps);
const ranks = async () => (await history.events()).map(({ priority }) => priority);
const revisions = async () => (await history.events()).map(({ revision }) => revision);

/** What a read is billed for beside the ledger that the test looks at. */
async function billedForRead(): Promise<readonly [reads: number, writes: number]> {
  history.now += HOUR_MS;
  const { reads, writes } = await history.billed(() => syncFeed({ tenantId: TENANT, feedId: 'feed' }, history.deps));
  return [reads, writes];
}

describe('a feed whose platform ranks otherwise now', () => {
  beforeEach(async () => {
    await history.shows(STAYS).read();
    await choose(AIRBNB_FIRST);
    await apply();
  });

  it('has its events ranked anew at once, and costs its next poll nothing more', async () => {
    expect(await ranks()).toEqual([1, 1, 1]);
    const before = await history.events();
    expect(await billedForRead()).toEqual([1, 1]);
    expect(await history.events()).toEqual(before);
    expect((await history.runs()).filter(({ flow }) => flow === 'sync-feed')).toHaveLength(1);
  });

  it('has only what changed written by the next read that finds something', async () => {
    await history.shows([STAYS[0]!, { ...STAYS[1]!, end: '2027-07-13' }, STAYS[2]!]).read(1);
    expect(await revisions()).toEqual([2, 3, 2]);
    expect(await ranks()).toEqual([1, 1, 1]);
    expect((await history.runs()).at(-1)).toMatchObject({ flow: 'sync-feed', counts: { changed: 1 } });
  });

  it('has nothing written by a read that compares everything', async () => {
    await history.deps.documents.commit([history.deps.store.feeds.update(TENANT, 'feed', { contentHash: undefined })]);
    await history.read(1);
    expect(await revisions()).toEqual([2, 2, 2]);
    expect((await history.runs()).at(-1)).toMatchObject({ flow: 'sync-feed', counts: { changed: 0 } });
  });

  it('has what is gone for now ranked too, should it come back', async () => {
    await history.shows(STAYS.slice(0, 2)).read(1);
    await choose({ priorities: { feeds: { airbnb: 7 } } });
    await apply();
    await history.shows(STAYS).read(1);
    expect(await ranks()).toEqual([7, 7, 7]);
    expect((await history.events()).map(({ status }) => status)).toEqual(['active', 'active', 'active']);
  });
});

it('a read that was under way while its tenant chose leaves no event with the old priority', async () => {
  const { feeds } = history.deps;
  const overtaken = {
    ...history.deps,
    feeds: {
      fetch: async (request: Parameters<typeof feeds.fetch>[0]) => {
        await choose(AIRBNB_FIRST);
        await apply();
        return feeds.fetch(request);
      },
    },
  };
  history.shows(STAYS);
  await syncFeed({ tenantId: TENANT, feedId: 'feed' }, overtaken);
  expect(await ranks()).toEqual([1, 1, 1]);
});

describe('a feed without limits of its own', () => {
  it('is read whole once its tenant has chosen others, and costs as little as ever after that', async () => {
    await history.close();
    history = await FeedHistory.open({ etags: true });
    await history.shows(STAYS).read();
    await choose({ feedLimits: { daysAhead: 100 } });
    await apply();
    expect((await history.read(1)).map(({ status }) => status)).toEqual(['active', 'active', 'released']);
    expect(history.requests.at(-1)).not.toHaveProperty('etag');
    expect(await billedForRead()).toEqual([1, 1]);
    expect(history.requests.at(-1)).toHaveProperty('etag');
    await choose({ feedLimits: undefined });
    await apply();
    expect((await history.read(1)).map(({ status }) => status)).toEqual(['active', 'active', 'active']);
    expect(history.log.of('feed.suspect')).toEqual([]);
  });

  it('that is read meanwhile is read again: what it found by the old limits is not kept', async () => {
    const { feeds } = history.deps;
    const overtaken = {
      ...history.deps,
      feeds: {
        fetch: async (request: Parameters<typeof feeds.fetch>[0]) => {
          await choose({ feedLimits: { daysAhead: 100 } });
          await apply();
          return feeds.fetch(request);
        },
      },
    };
    const far = { uid: 'far', start: addDays('2027-06-01', 200), end: addDays('2027-06-01', 203) };
    history.shows([...STAYS, far]);
    await expect(syncFeed({ tenantId: TENANT, feedId: 'feed' }, overtaken)).rejects.toThrow(PreconditionFailed);
    expect(await history.read(1)).toHaveLength(2);
  });
});

it('a feed with limits of its own goes by these alone', async () => {
  await history.close();
  history = await FeedHistory.open({ etags: true, feed: { limits: { daysAhead: 500 } } });
  await history.shows(STAYS).read();
  await choose({ feedLimits: { daysAhead: 20 } });
  await apply();
  expect(await billedForRead()).toEqual([1, 1]);
  expect((await history.ledger()).map(({ status }) => status)).toEqual(['active', 'active', 'active']);
});
