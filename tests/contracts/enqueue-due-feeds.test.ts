import { BillingMeter } from '@dovetail/core/adapters/metered/billing-meter.ts';
import { meterDocumentStore } from '@dovetail/core/adapters/metered/metered-document-store.ts';
import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { NotFound, RateLimited, TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import type { Feed } from '@dovetail/core/domain/feed.ts';
import type { DocumentStore } from '@dovetail/core/ports/document-store.ts';
import type { Task } from '@dovetail/core/ports/task-queue.ts';
import { defineStore } from '@dovetail/core/store/store.ts';
import { enqueueDueFeeds, enqueueFeedNow } from '@dovetail/core/sync/feeds/enqueue-due-feeds.ts';
import { noteHostFailure, noteHostSuccess } from '@dovetail/core/sync/feeds/feed-host.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRecordingLog } from '../recording-log.ts';
import { sealerOfTests } from './ledger.ts';

const START = Date.parse('2027-05-01T12:00:00Z');
const MINUTE = 60_000;
const DOWN = new TemporarilyUnavailable('no answer');

/** A queue that takes a name once, and counts how many enqueues it is asked for at a time. */
class NamedTasks {
  readonly taken = new Map<string, Task>();
  most = 0;
  #underWay = 0;

  readonly enqueue = async (task: Task): Promise<'created' | 'exists'> => {
    this.most = Math.max(this.most, ++this.#underWay);
    await new Promise((resolve) => setImmediate(resolve));
    this.#underWay--;
    const name = task.name ?? `unnamed ${this.taken.size}`;
    if (this.taken.has(name)) return 'exists';
    this.taken.set(name, task);
    return 'created';
  };

  /** The feeds asked for since the last call, by id. */
  drain(): string[] {
    const ids = [...this.taken.values()].map(({ payload }) => (payload as { feedId: string }).feedId);
    this.taken.clear();
    return ids.sort();
  }
}

let documents: DocumentStore;
let meter: BillingMeter;
let tasks: NamedTasks;
let now: number;
const store = defineStore(sealerOfTests());
const log = createRecordingLog();

beforeEach(() => {
  meter = new BillingMeter();
  documents = meterDocumentStore(openSqliteDocumentStore(), meter);
  tasks = new NamedTasks();
  now = START;
  log.clear();
});
afterEach(() => documents.close());

const deps = () => ({ documents, store, tasks, log, clock: { now: () => now } });
/** The schedule fires; answers the feeds it has read. */
async function fire(): Promise<string[]> {
  await enqueueDueFeeds(new Date(now).toISOString(), deps());
  return tasks.drain();
}

function feed(id: string, part: Partial<Feed> = {}): Feed {
  return {
    id,
    resourceId: 'kaya',
    resourceKind: 'nightly',
    timeZone: 'UTC',
    url: `https://feeds.example/${id}.ics`,
    platform: 'generic',
    status: 'healthy',
    paused: false,
    pollMinutes: 60,
    nextPollAt: '2027-05-01T11:55:00Z',
    counters: { polls: 0, unchanged: 0, failures: 0 },
    createdAt: '2027-05-01T00:00:00Z',
    ...part,
  };
}

async function keep(...feeds: readonly Feed[]): Promise<void> {
  for (let from = 0; from < feeds.length; from += 500) {
    await documents.commit(feeds.slice(from, from + 500).map((each) => store.feeds.set('casa', each)));
  }
}

describe('feeds that are due', () => {
  it('are enqueued once each with the time they were due, and others not at all', async () => {
    const later = feed('later', { nextPollAt: '2027-05-01T12:01:00Z' });
    await keep(feed('a'), feed('b', { nextPollAt: '2027-05-01T12:00:00Z' }), later, feed('c', { paused: true }));
    expect(await enqueueDueFeeds('2027-05-01T12:00:00Z', deps())).toBe(2);
    expect([...tasks.taken.values()].map(({ payload }) => payload)).toEqual([
      { tenantId: 'casa', feedId: 'a', dueAt: '2027-05-01T11:55:00Z' },
      { tenantId: 'casa', feedId: 'b', dueAt: '2027-05-01T12:00:00Z' },
    ]);
    now += 20_000;
    await enqueueDueFeeds('2027-05-01T12:00:00Z', deps());
    expect(tasks.taken.size).toBe(2);
  });

  it('are found however many there are, and enqueued side by side, but not all at once', async () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `feed-${index}`);
    await keep(...ids.map((id, index) => feed(id, { host: `host-${index % 7}.example` })));
    meter.reset();
    expect(await enqueueDueFeeds('2027-05-01T12:00:00Z', deps())).toBe(1_000);
    expect(tasks.drain()).toEqual(ids.sort());
    expect(tasks.most).toBe(50);
    // One more for each query that finds nothing: of open hosts, and behind the last full page.
    const { reads, writes } = meter.snapshot();
    expect(reads).toBeLessThanOrEqual(1_002);
    expect(writes).toBe(0);
  });
});

describe('feeds of a host that is down', () => {
  const ids = ['a', 'b', 'c', 'd'];

  beforeEach(async () => {
    await keep(...ids.map((id) => feed(id)), feed('other', { url: 'https://elsewhere.example/other.ics' }));
  });

  const fail = (id: string, error: unknown = DOWN) =>
    noteHostFailure({ tenantId: 'casa', feed: feed(id) }, error, deps());

  async function breakDown(): Promise<void> {
    for (const id of ['a', 'b', 'c']) await fail(id);
  }

  it('are left alone while its breaker is open, then one is tried, and all are read when nothing bad is heard', async () => {
    await breakDown();
    expect(log.of('feed-host.opened')).toMatchObject([{ reason: 'feeds.example' }]);
    expect(await fire()).toEqual(['other']);
    now += 5 * MINUTE;
    expect(await fire()).toEqual(['a', 'other']);
    now += 5 * MINUTE;
    expect(await fire()).toEqual(['other']);
    now += 5 * MINUTE;
    expect(await fire()).toEqual([...ids, 'other']);
    expect(log.of('feed-host.closed')).toHaveLength(1);
    expect(await documents.query({ from: 'feedHosts' })).toEqual([]);
  });

  it('wait twice as long after a try that failed', async () => {
    await breakDown();
    now += 5 * MINUTE;
    expect(await fire()).toContain('a');
    await fail('a');
    now += 9 * MINUTE;
    expect(await fire()).toEqual(['other']);
    now += MINUTE;
    expect(await fire()).toContain('a');
  });

  it('are all read again once one of them could be', async () => {
    await breakDown();
    now += 5 * MINUTE;
    await fire();
    await noteHostSuccess({ feed: feed('a') }, deps());
    now += 5 * MINUTE;
    expect(await fire()).toEqual([...ids, 'other']);
  });

  it('are tried by one firing when two come at once', async () => {
    await breakDown();
    now += 5 * MINUTE;
    await Promise.all([fire(), enqueueDueFeeds(new Date(now).toISOString(), deps())]);
    const hosts = await documents.query({ from: 'feedHosts' });
    expect(hosts).toMatchObject([{ data: { probedAt: '2027-05-01T12:05:00Z' } }]);
    expect(tasks.drain().filter((id) => id !== 'other').length).toBeLessThanOrEqual(1);
  });

  it('wait as long as the host asks for', async () => {
    await fail('a', new RateLimited('slowly', { retryAfterMs: 60 * MINUTE }));
    now += 59 * MINUTE;
    expect(await fire()).toEqual(['other']);
  });

  it('cost one read each and no write, whatever fails while it is open', async () => {
    await breakDown();
    meter.reset();
    for (const id of ids) await fail(id);
    expect(meter.snapshot()).toMatchObject({ reads: 4, writes: 0 });
  });

  it('say nothing of whose they are', async () => {
    await breakDown();
    const stored = JSON.stringify(await documents.query({ from: 'feedHosts' }));
    expect(stored).not.toMatch(/casa|"a"|\.ics/);
  });

  it('are read on when it is one feed alone that fails, or each is refused by itself', async () => {
    for (let times = 0; times < 5; times++) await fail('a');
    for (const id of ids) await fail(id, new NotFound('gone'));
    expect(await fire()).toEqual([...ids, 'other']);
  });
});

describe('a host on a private network', () => {
  it('has no breaker: its name means another machine elsewhere', async () => {
    const local = ['a', 'b', 'c'].map((id) => feed(id, { allowPrivate: true }));
    await keep(...local);
    for (const each of local) await noteHostFailure({ tenantId: 'casa', feed: each }, DOWN, deps());
    expect(await documents.query({ from: 'feedHosts' })).toEqual([]);
    expect(await fire()).toHaveLength(3);
  });
});

describe('a read that staff ask for', () => {
  it('comes though its feed is not due and its host is down, once however often they ask', async () => {
    for (let times = 0; times < 3; times++) await enqueueFeedNow('casa', feed('a'), deps());
    expect([...tasks.taken.values()]).toMatchObject([
      { payload: { tenantId: 'casa', feedId: 'a' }, runAt: START + 2_000 },
    ]);
    now += 2_000;
    await enqueueFeedNow('casa', feed('a'), deps());
    expect(tasks.taken.size).toBe(2);
  });
});
