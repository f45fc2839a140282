import { NotFound, PreconditionFailed } from '../../domain/errors.ts';
import type { Feed } from '../../domain/feed.ts';
import { type FeedHost, hostStateOf, whileProbed } from '../../domain/feed-host.ts';
import { taskNameOf } from '../../domain/identity.ts';
import { instantOf } from '../../domain/interval.ts';
import type { StoredDocument, Write } from '../../ports/document-store.ts';
import type { FoundAmongTenants, Versioned } from '../../store/collection.ts';
import type { SyncDeps } from '../deps.ts';
import { pacedHostOf } from './feed-host.ts';
import { FeedPacer, type FeedRead } from './pace-feeds.ts';

type FeedDeps = Pick<SyncDeps, 'documents' | 'store' | 'tasks' | 'clock' | 'log'>;

const PAGE = 300;
/** Enqueues under way at once, so that thousands of due feeds take seconds. */
export const ENQUEUES_AT_ONCE = 50;
/** What staff ask for within this is one read, at its end. */
const STAFF_WINDOW_MS = 2_000;

/**
 * A task for every feed whose interval has passed, spread over time so that no host is asked more often than it should
 * be. Feeds of a host whose breaker is open, and those whose slot is too far ahead, are left due: a later firing finds
 * them. `scheduledAt` is the time the schedule fired for: one that fires twice does its work once. Answers how many
 * tasks it asked for. Costs a read for each due feed and each host that is not closed.
 * @throws what the store and the queue throw.
 */
export async function enqueueDueFeeds(scheduledAt: string, deps: FeedDeps): Promise<number> {
  const now = deps.clock.now();
  const hosts = new Map((await deps.store.feedHosts.open(deps.documents)).map((host) => [host.value.id, host]));
  for (const [id, host] of hosts) {
    if (hostStateOf(host.value, now) !== 'closed') continue;
    hosts.delete(id);
    await forget(host, deps);
  }
  const states = new Map([...hosts].map(([id, { value }]) => [id, hostStateOf(value, now)]));
  const pacer = new FeedPacer(now, Date.parse(scheduledAt), states);
  let count = 0;
  for await (const page of dueFeeds(now, deps)) {
    const reads = page.flatMap(({ tenantId, value }) => pacer.plan({ tenantId, feed: value }) ?? []);
    count += await enqueueReads(reads, hosts, now, deps);
  }
  return count;
}

/**
 * A read that staff asked for, whatever the feed's interval and its host's breaker say. Asking again before it has
 * begun makes no second one.
 * @throws what the queue throws.
 */
export async function enqueueFeedNow(
  tenantId: string,
  feed: Pick<Feed, 'id' | 'url' | 'host' | 'allowPrivate'>,
  deps: Pick<FeedDeps, 'tasks' | 'clock'>,
): Promise<void> {
  const payload = { tenantId, feedId: feed.id };
  if (pacedHostOf(feed) === undefined) {
    await deps.tasks.enqueue({ queue: 'sync-feed', payload });
    return;
  }
  // At the window's end, so that whoever asks within it is answered with what the feed says after that.
  const window = Math.floor(deps.clock.now() / STAFF_WINDOW_MS);
  const name = taskNameOf('feed-now', tenantId, feed.id, window);
  await deps.tasks.enqueue({ queue: 'sync-feed', name, payload, runAt: (window + 1) * STAFF_WINDOW_MS });
}

async function* dueFeeds(now: number, deps: FeedDeps): AsyncGenerator<readonly FoundAmongTenants<Feed>[]> {
  let startAfter: StoredDocument | undefined;
  do {
    const page: readonly FoundAmongTenants<Feed>[] = await deps.store.feeds.queryAllTenants(deps.documents, {
      where: [{ field: 'nextPollAt', op: '<=', value: instantOf(now) }],
      orderBy: { field: 'nextPollAt' },
      limit: PAGE,
      ...(startAfter && { startAfter }),
    });
    yield page;
    startAfter = page.length === PAGE ? page.at(-1)?.document : undefined;
  } while (startAfter);
}

async function enqueueReads(
  reads: readonly FeedRead[],
  hosts: ReadonlyMap<string, Versioned<FeedHost>>,
  now: number,
  deps: FeedDeps,
): Promise<number> {
  let count = 0;
  for (let from = 0; from < reads.length; from += ENQUEUES_AT_ONCE) {
    const asked = await Promise.all(
      reads.slice(from, from + ENQUEUES_AT_ONCE).map(async (read) => {
        const host = read.probes === undefined ? undefined : hosts.get(read.probes);
        if (host && !(await beginProbe(host, now, deps))) return false;
        const { tenantId, feedId, dueAt, taskName, runAt } = read;
        const payload = { tenantId, feedId, dueAt };
        await deps.tasks.enqueue({
          queue: 'sync-feed',
          name: taskName,
          payload,
          ...(runAt !== undefined && { runAt }),
        });
        return true;
      }),
    );
    count += asked.filter(Boolean).length;
  }
  return count;
}

/** Stated before the probe: should the task be lost, its silence closes the breaker, and the next failure opens it. */
async function beginProbe(host: Versioned<FeedHost>, now: number, deps: FeedDeps): Promise<boolean> {
  const write = deps.store.feedHosts.update(whileProbed(host.value, now), now, host.updateTime);
  return commitUnlessChanged(write, deps);
}

async function forget({ value, updateTime }: Versioned<FeedHost>, deps: FeedDeps): Promise<void> {
  if (!(await commitUnlessChanged(deps.store.feedHosts.delete(value.id, updateTime), deps))) return;
  deps.log.info('feed-host.closed', { reason: value.id });
}

/** False when somebody else has just noted something about the host: that counts, and the next firing reads it. */
async function commitUnlessChanged(write: Write, deps: FeedDeps): Promise<boolean> {
  try {
    await deps.documents.commit([write]);
    return true;
  } catch (error) {
    if (error instanceof PreconditionFailed || error instanceof NotFound) return false;
    throw error;
  }
}
