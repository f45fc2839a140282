import { NotFound } from '@dovetail/core/domain/errors.ts';
import type { Feed } from '@dovetail/core/domain/feed.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import { acceptFeed } from '@dovetail/core/sync/feeds/accept-feed.ts';
import { enqueueFeedNow } from '@dovetail/core/sync/feeds/enqueue-due-feeds.ts';
import { NEVER } from '@dovetail/core/sync/feeds/next-poll.ts';
import type { AppDeps } from '../../app-deps.ts';
import { Problem } from '../../middleware/problem.ts';
import { rewriteFeed } from './rewrite-feed.ts';

/** @throws NotFound. */
export async function readFeed(
  tenantId: string,
  id: string,
  deps: Pick<AppDeps, 'documents' | 'store'>,
): Promise<Feed> {
  const feed = await deps.store.feeds.get(deps.documents, tenantId, id);
  if (!feed) throw new NotFound(`no feed "${id}"`);
  return feed;
}

/** Has it read now, whatever its interval; one that was parked is tried again. @throws NotFound; Problem when paused. */
export async function syncNow(tenantId: string, id: string, deps: AppDeps): Promise<Feed> {
  const feed = await readFeed(tenantId, id, deps);
  checkStands(feed);
  if (feed.paused) throw new Problem('wrong-state', 'The feed is paused. Resume it first.');
  const awake = feed.status === 'parked' ? await rewriteFeed(tenantId, id, deps, awakened(deps)) : feed;
  await enqueueFeedNow(tenantId, awake, deps);
  return awake;
}

/** Stops reading it; its events stay. @throws NotFound; Problem while it is being removed. */
export function pauseFeed(tenantId: string, id: string, deps: AppDeps): Promise<Feed> {
  return rewriteFeed(tenantId, id, deps, (current) => {
    checkStands(current);
    return { ...current, paused: true, pausedWithTenant: undefined, nextPollAt: NEVER };
  });
}

/** Reads it again, now and then at its interval; also one that was parked. @throws as `pauseFeed`. */
export async function resumeFeed(tenantId: string, id: string, deps: AppDeps): Promise<Feed> {
  const feed = await rewriteFeed(tenantId, id, deps, awakened(deps));
  await enqueueFeedNow(tenantId, feed, deps);
  return feed;
}

/** @throws NotFound; Problem when it is not suspect; what it failed with where it had to be read. */
export async function acceptSuspect(tenantId: string, id: string, deps: AppDeps): Promise<Feed> {
  const feed = await readFeed(tenantId, id, deps);
  checkStands(feed);
  if (!feed.suspicion) throw new Problem('wrong-state', 'The feed is not suspect: there is nothing to confirm.');
  await acceptFeed({ tenantId, feedId: id }, deps);
  return readFeed(tenantId, id, deps);
}

/** A feed that waits for nothing, due now. Failures are counted anew; until it can be read it is failing. */
function awakened({ clock }: Pick<AppDeps, 'clock'>) {
  return (current: Feed) => {
    checkStands(current);
    return {
      ...current,
      paused: false,
      pausedWithTenant: undefined,
      nextPollAt: instantOf(clock.now()),
      ...(current.status === 'parked' && {
        status: 'failing' as const,
        failingSince: instantOf(clock.now()),
        counters: { ...current.counters, failures: 0 },
      }),
    };
  };
}

function checkStands({ removing }: Feed): void {
  if (removing) throw new Problem('wrong-state', 'The feed is being removed.');
}
