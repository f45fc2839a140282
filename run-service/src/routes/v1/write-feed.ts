import type { Feed } from '@dovetail/core/domain/feed.ts';
import { feedHostOf } from '@dovetail/core/domain/feed-host.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import type { Tenant } from '@dovetail/core/domain/tenant.ts';
import type { Reader } from '@dovetail/core/store/collection.ts';
import { enqueueFeedNow } from '@dovetail/core/sync/feeds/enqueue-due-feeds.ts';
import { NEVER } from '@dovetail/core/sync/feeds/next-poll.ts';
import type { z } from 'zod';
import type { AppDeps } from '../../app-deps.ts';
import { invalidFields } from '../../middleware/check.ts';
import { defined } from '../../schemas/defined.ts';
import type { feedChangeSchema, feedDraftSchema } from '../../schemas/feed.ts';
import { copiedSubscriptions } from './copied-subscriptions.ts';
import { requireResource } from './require-resource.ts';
import { rewriteFeed } from './rewrite-feed.ts';

type FeedDraft = z.output<typeof feedDraftSchema> & { readonly id: string };

/**
 * A feed as it is before it was first read.
 * @param documents the store itself, or the transaction it is made in.
 * @throws Problem for an unknown resource or an address that is not allowed.
 */
export async function newFeed(
  tenantId: string,
  draft: FeedDraft,
  { documents, store, clock }: Pick<AppDeps, 'store' | 'clock'> & { readonly documents: Reader },
): Promise<Feed> {
  const resource = await requireResource(tenantId, draft.resourceId, { documents, store });
  const tenant = await store.tenants.get(documents, tenantId);
  const { platform, limits, paused, url, ...rest } = draft;
  const now = instantOf(clock.now());
  return {
    ...defined(rest),
    ...addressed(url, tenant),
    ...defined(limited(limits ?? null, tenant)),
    resourceKind: resource.kind,
    timeZone: resource.timeZone,
    platform: platform ?? 'generic',
    ...(platform === undefined && { platformUnknown: true }),
    status: 'healthy',
    paused,
    nextPollAt: paused ? NEVER : now,
    counters: { polls: 0, unchanged: 0, failures: 0 },
    createdAt: now,
  };
}

/** Makes a feed and has it read, unless it begins paused. @throws AlreadyExists; Problem as `newFeed`. */
export async function createFeed(tenantId: string, draft: FeedDraft, deps: AppDeps): Promise<Feed> {
  const feed = await deps.documents.transact(async (transaction) => {
    const made = await newFeed(tenantId, draft, { ...deps, documents: transaction });
    const subscribing = { ...made, ...(await copiedSubscriptions(tenantId, transaction, deps)) };
    transaction.write(deps.store.feeds.create(tenantId, subscribing));
    return subscribing;
  });
  // Should this be lost, the feed is due already and the next poll takes it up.
  if (!feed.paused) await enqueueFeedNow(tenantId, feed, deps);
  return feed;
}

/**
 * Changes the named fields. What it said under another address, platform or limits is compared anew: it is read whole,
 * and what it then no longer shows is missed like anything else.
 * @throws NotFound; Problem for an address that is not allowed.
 */
export async function changeFeed(
  tenantId: string,
  id: string,
  change: z.output<typeof feedChangeSchema>,
  deps: AppDeps,
): Promise<Feed> {
  const now = instantOf(deps.clock.now());
  const { url, auth, platform, limits, pollMinutes } = change;
  const isReadAnew = url !== undefined || auth !== undefined || platform !== undefined || limits !== undefined;
  const feed = await rewriteFeed(tenantId, id, deps, async (current, transaction) => {
    const tenant = await deps.store.tenants.get(transaction, tenantId);
    return {
      ...current,
      ...(url !== undefined && addressed(url, tenant)),
      ...(auth !== undefined && { auth: auth ?? undefined }),
      ...(platform !== undefined && {
        platform: platform ?? current.platform,
        platformUnknown: platform === null || undefined,
      }),
      ...(limits !== undefined && limited(limits, tenant)),
      ...(pollMinutes !== undefined && { pollMinutes }),
      ...(isReadAnew && {
        etag: undefined,
        lastModified: undefined,
        contentHash: undefined,
        ...(!current.paused && current.status !== 'parked' && { nextPollAt: now }),
      }),
    };
  });
  if (isReadAnew && feed.nextPollAt === now) await enqueueFeedNow(tenantId, feed, deps);
  return feed;
}

/** Has a feed removed, with or without the time its events hold. @throws NotFound. */
export async function deleteFeed(
  tenantId: string,
  id: string,
  events: 'keep' | 'release',
  deps: AppDeps,
): Promise<void> {
  const nextPollAt = instantOf(deps.clock.now());
  // Due at once, so that the schedule finds it should the task be lost.
  const feed = await rewriteFeed(tenantId, id, deps, (current) => ({ ...current, removing: events, nextPollAt }));
  await deps.tasks.enqueue({ queue: 'sync-feed', payload: { tenantId, feedId: feed.id } });
}

function addressed(url: string, tenant: Tenant | null): Pick<Feed, 'url' | 'host' | 'allowPrivate'> {
  const allowPrivate = tenant?.allowPrivateFeeds ?? false;
  if (!url.startsWith('https:') && !allowPrivate) {
    throw invalidFields([{ path: 'url', detail: 'is not an https address' }]);
  }
  const host = feedHostOf(url);
  return { url, allowPrivate, ...(host !== undefined && { host }) };
}

/** Limits of its own, filled up with what the tenant has chosen so far; where none is named, the tenant's from now on. */
function limited(
  named: NonNullable<FeedDraft['limits']> | null,
  tenant: Tenant | null,
): { readonly [K in 'limits' | 'tenantLimits']: Feed[K] | undefined } {
  const own = defined(named ?? {});
  if (Object.keys(own).length === 0) return { limits: undefined, tenantLimits: tenant?.feedLimits };
  return { limits: { ...tenant?.feedLimits, ...own }, tenantLimits: undefined };
}
