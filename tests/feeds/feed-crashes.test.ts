import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { PreconditionFailed } from '@dovetail/core/domain/errors.ts';
import { addDays } from '@dovetail/core/domain/interval.ts';
import type { DocumentStore } from '@dovetail/core/ports/document-store.ts';
import { syncFeed } from '@dovetail/core/sync/feeds/sync-feed.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { type FailedCommit, FailingStore } from '../scenarios/failing-store.ts';
import type { BodyEntry } from './calendar-body.ts';
import { FeedHistory, TENANT } from './feed-history.ts';

let history: FeedHistory;
afterEach(() => history.close());

/** One night each, from a week ahead on. */
function stays(count: number, from = 0): BodyEntry[] {
  return Array.from({ length: count }, (_, index) => ({
    uid: `uid-${from + index}`,
    start: addDays('2027-06-08', from + index),
    end: addDays('2027-06-09', from + index),
  }));
}

const holding = async () => (await history.times()).filter((time) => time.endsWith('active'));
const shown = (entries: readonly BodyEntry[]) => entries.map(({ start, end }) => `${start}/${end} active`).sort();

describe('a process that dies while it commits 450 changes', () => {
  // Three transactions; of one that is applied only its answer is lost.
  it.each([1, 2, 3].flatMap((nth) => (['applied', 'not applied'] as const).map((outcome) => [nth, outcome] as const)))(
    'at commit %i, %s, leaves nothing behind that the next read does not put right',
    async (nth, outcome: FailedCommit) => {
      const documents = new FailingStore(openSqliteDocumentStore());
      history = await FeedHistory.open({ documents });
      documents.failCommit(nth, outcome);
      await history
        .shows(stays(450))
        .read()
        .catch(() => undefined);
      // By then other stays are sold: of those committed, some were never remembered.
      const now = [...stays(100), ...stays(200, 250)];
      await history.shows(now).read(1);
      expect(await holding()).toEqual(shown(now));
      await history.read(7);
      expect(await holding()).toEqual(shown(now));
      expect((await history.ledger()).filter(({ status }) => status === 'missing')).toEqual([]);
      expect((await history.feed()).unsettled).toBeUndefined();
    },
  );

  it('and finds the feed as it was, puts back what it had moved', async () => {
    const documents = new FailingStore(openSqliteDocumentStore());
    history = await FeedHistory.open({ documents });
    const before = await history.shows(stays(450)).read();
    documents.failCommit(2, 'not applied');
    const moved = stays(450).map((stay) => ({ ...stay, summary: 'Reserved for longer' }));
    await history
      .shows(moved)
      .read(1)
      .catch(() => undefined);
    expect((await history.events()).filter(({ title }) => title === 'Reserved for longer')).toHaveLength(200);
    expect(await history.shows(stays(450)).read(1)).toEqual(before);
    expect((await history.events()).every(({ title }) => title === 'Reserved')).toBe(true);
  });
});

describe('two reads at once', () => {
  it.each([1, 450])('of %i changes: one that fetched the feed earlier gives way to the later', async (count) => {
    history = await FeedHistory.open();
    const gate = Promise.withResolvers<void>();
    const { fetch } = history.deps.feeds;
    const slow: typeof fetch = async (request) => {
      const answer = await fetch(request);
      await gate.promise;
      return answer;
    };
    history.shows(stays(count));
    const early = syncFeed({ tenantId: TENANT, feedId: 'feed' }, { ...history.deps, feeds: { fetch: slow } });
    await expect.poll(() => history.requests.length).toBe(1);
    await history.shows(stays(2, 500)).read();
    gate.resolve();
    await expect(early).rejects.toThrow(PreconditionFailed);
    expect(await holding()).toEqual(shown(stays(2, 500)));
    expect(await history.ledger()).toHaveLength(2);
  });

  it('one that is overtaken between two of its transactions writes no other', async () => {
    history = await FeedHistory.open();
    const gate = Promise.withResolvers<void>();
    const { documents } = history.deps;
    let reads = 0;
    const slow: DocumentStore = {
      ...documents,
      // The feed's document is read at the beginning, and again after each transaction but the last.
      get: async (path) => {
        if (path.endsWith('/feeds/feed') && ++reads === 2) await gate.promise;
        return documents.get(path);
      },
    };
    history.shows(stays(450));
    const early = syncFeed({ tenantId: TENANT, feedId: 'feed' }, { ...history.deps, documents: slow });
    await expect.poll(() => reads).toBe(2);
    await history.shows(stays(150)).read();
    gate.resolve();
    await expect(early).rejects.toThrow(PreconditionFailed);
    await history.read(7);
    expect(await holding()).toEqual(shown(stays(150)));
    expect(await history.ledger()).toHaveLength(200);
  });
});

it('a feed that is deleted while it is read leaves nothing behind', async () => {
  history = await FeedHistory.open();
  const { documents, store, feeds } = history.deps;
  const fetch: typeof feeds.fetch = async (request) => {
    const answer = await feeds.fetch(request);
    await documents.commit([store.feeds.delete(TENANT, 'feed')]);
    return answer;
  };
  history.shows(stays(450));
  const task = { tenantId: TENANT, feedId: 'feed' };
  await expect(syncFeed(task, { ...history.deps, feeds: { fetch } })).rejects.toThrow(PreconditionFailed);
  await syncFeed(task, history.deps);
  expect(await history.ledger()).toEqual([]);
  expect(await history.runs()).toEqual([]);
});

it('a task delivered again after it was done reads nothing', async () => {
  history = await FeedHistory.open();
  const { nextPollAt } = await history.feed();
  const task = { tenantId: TENANT, feedId: 'feed', dueAt: nextPollAt };
  await syncFeed(task, history.deps);
  await syncFeed(task, history.deps);
  expect(history.requests).toHaveLength(1);
});
