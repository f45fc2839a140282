import { NotFound } from '@dovetail/core/domain/errors.ts';
import type { Feed } from '@dovetail/core/domain/feed.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import { z } from 'zod';
import type { AppDeps } from '../../app-deps.ts';
import { invalidFields } from '../../middleware/check.ts';
import { Problem } from '../../middleware/problem.ts';
import { defineOperation, type Operation } from '../../operations/operation.ts';
import { presentFeed } from '../../present/feed.ts';
import { feedDraftSchema, feedSchema } from '../../schemas/feed.ts';
import { byMadeId } from '../../schemas/fields.ts';
import { pageFields, pageOf } from '../../schemas/page.ts';
import { listPage } from './list-page.ts';
import { requireResource } from './require-resource.ts';

/** Platforms' iCalendar addresses that are read. */
export const feedOperations: readonly Operation[] = [
  defineOperation({
    id: 'listFeeds',
    method: 'get',
    path: '/v1/feeds',
    role: 'staff',
    summary: 'Every feed, by id',
    query: z.strictObject(pageFields),
    response: pageOf(feedSchema),
    handle: async ({ tenantId, query }, deps) => {
      const page = await listPage(deps.store.feeds, tenantId, query, {}, deps);
      return { ...page, items: await showFeeds(tenantId, page.items, deps) };
    },
  }),
  defineOperation({
    id: 'createFeed',
    method: 'post',
    path: '/v1/feeds',
    role: 'manager',
    summary: 'Read an address for a resource, from now on',
    body: feedDraftSchema,
    status: 201,
    response: feedSchema,
    handle: async ({ tenantId, body, freshId }, deps) => {
      const { id = freshId(), ...draft } = body;
      return presentFeed(await createFeed(tenantId, { id, ...draft }, deps), null);
    },
  }),
  defineOperation({
    id: 'getFeed',
    method: 'get',
    path: '/v1/feeds/{id}',
    role: 'staff',
    summary: 'One feed',
    params: byMadeId,
    response: feedSchema,
    handle: async ({ tenantId, params }, deps) => showFeed(tenantId, await readFeed(tenantId, params.id, deps), deps),
  }),
  defineOperation({
    id: 'syncFeed',
    method: 'post',
    path: '/v1/feeds/{id}:sync',
    role: 'manager',
    summary: 'Read it now, whatever its interval',
    params: byMadeId,
    status: 202,
    response: feedSchema,
    handle: async ({ tenantId, params }, deps) => {
      const feed = await readFeed(tenantId, params.id, deps);
      if (feed.paused) throw new Problem('wrong-state', 'The feed is paused. Resume it first.');
      await deps.tasks.enqueue({ queue: 'sync-feed', payload: { tenantId, feedId: feed.id } });
      return showFeed(tenantId, feed, deps);
    },
  }),
];

async function createFeed(
  tenantId: string,
  draft: z.output<typeof feedDraftSchema> & { readonly id: string },
  deps: AppDeps,
): Promise<Feed> {
  const [tenant, resource] = await Promise.all([
    deps.store.tenants.get(deps.documents, tenantId),
    requireResource(tenantId, draft.resourceId, deps),
  ]);
  if (!draft.url.startsWith('https:') && !tenant?.allowPrivateFeeds) {
    throw invalidFields([{ path: 'url', detail: 'is not an https address' }]);
  }
  const now = instantOf(deps.clock.now());
  const feed: Feed = {
    ...draft,
    resourceKind: resource.kind,
    timeZone: resource.timeZone,
    host: new URL(draft.url).hostname,
    ...(tenant?.allowPrivateFeeds && { allowPrivate: true }),
    status: 'healthy',
    paused: false,
    nextPollAt: now,
    counters: { polls: 0, unchanged: 0, failures: 0 },
    createdAt: now,
  };
  await deps.documents.commit([deps.store.feeds.create(tenantId, feed)]);
  // Should this be lost, the feed is due already and the next poll takes it up.
  await deps.tasks.enqueue({ queue: 'sync-feed', payload: { tenantId, feedId: feed.id } });
  return feed;
}

async function readFeed(tenantId: string, id: string, deps: AppDeps): Promise<Feed> {
  const feed = await deps.store.feeds.get(deps.documents, tenantId, id);
  if (!feed) throw new NotFound(`no feed "${id}"`);
  return feed;
}

async function showFeed(tenantId: string, feed: Feed, deps: AppDeps) {
  const { lastRunId } = feed;
  return presentFeed(
    feed,
    lastRunId === undefined ? null : await deps.store.runs.get(deps.documents, tenantId, lastRunId),
  );
}

async function showFeeds(tenantId: string, feeds: readonly Feed[], deps: AppDeps) {
  const ids = feeds.flatMap(({ lastRunId }) => (lastRunId === undefined ? [] : [lastRunId]));
  const runs = await deps.store.runs.getMany(deps.documents, tenantId, ids);
  return feeds.map((feed) => presentFeed(feed, runs.find((run) => run?.id === feed.lastRunId) ?? null));
}
