import type { Feed } from '@dovetail/core/domain/feed.ts';
import { previewFeed } from '@dovetail/core/sync/feeds/preview-feed.ts';
import { z } from 'zod';
import type { AppDeps } from '../../app-deps.ts';
import { defineOperation, type Operation } from '../../operations/operation.ts';
import { presentFeed, presentPreview } from '../../present/feed.ts';
import {
  feedChangeSchema,
  feedDraftSchema,
  feedPreviewSchema,
  feedSchema,
  removeFeedQuery,
} from '../../schemas/feed.ts';
import { byMadeId, chosenId } from '../../schemas/fields.ts';
import { pageFields, pageOf } from '../../schemas/page.ts';
import { listPage } from './list-page.ts';
import { acceptSuspect, pauseFeed, readFeed, resumeFeed, syncNow } from './steer-feed.ts';
import { changeFeed, createFeed, deleteFeed, newFeed } from './write-feed.ts';

const byId = { params: byMadeId, role: 'manager' } as const;

/** Platforms' iCalendar addresses that are read. */
export const feedOperations: readonly Operation[] = [
  defineOperation({
    id: 'listFeeds',
    method: 'get',
    path: '/v1/feeds',
    role: 'staff',
    summary: 'Every feed, by id; or those of one resource',
    query: z.strictObject({ resourceId: chosenId.optional(), ...pageFields }),
    response: pageOf(feedSchema),
    handle: async ({ tenantId, query }, deps) => {
      const { resourceId } = query;
      const where = resourceId === undefined ? [] : [{ field: 'resourceId', op: '==', value: resourceId } as const];
      const page = await listPage(deps.store.feeds, tenantId, query, { where }, deps);
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
    id: 'previewNewFeed',
    method: 'post',
    path: '/v1/feeds:preview',
    role: 'manager',
    summary: 'Read an address now and tell what its first read would do; nothing is kept',
    body: feedDraftSchema,
    response: feedPreviewSchema,
    handle: async ({ tenantId, body, freshId }, deps) => {
      const { id = freshId(), ...draft } = body;
      const feed = await newFeed(tenantId, { id, ...draft }, deps);
      return presentPreview(await previewFeed({ tenantId, feed }, deps));
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
    ...byId,
    id: 'changeFeed',
    method: 'patch',
    path: '/v1/feeds/{id}',
    summary: 'Change the named fields; what it says is then compared anew',
    body: feedChangeSchema,
    response: feedSchema,
    handle: async ({ tenantId, params, body }, deps) =>
      showFeed(tenantId, await changeFeed(tenantId, params.id, body, deps), deps),
  }),
  defineOperation({
    ...byId,
    id: 'deleteFeed',
    method: 'delete',
    path: '/v1/feeds/{id}',
    summary: 'Stop reading it for good, releasing or keeping the time its events hold',
    query: removeFeedQuery,
    status: 202,
    handle: ({ tenantId, params, query }, deps) => deleteFeed(tenantId, params.id, query.events, deps),
  }),
  defineOperation({
    ...byId,
    id: 'previewFeed',
    method: 'post',
    path: '/v1/feeds/{id}:preview',
    summary: 'Read it now and tell what that would do; nothing is changed',
    response: feedPreviewSchema,
    handle: async ({ tenantId, params }, deps) => {
      const feed = await readFeed(tenantId, params.id, deps);
      return presentPreview(await previewFeed({ tenantId, feed }, deps));
    },
  }),
  defineOperation({
    ...byId,
    id: 'syncFeed',
    method: 'post',
    path: '/v1/feeds/{id}:sync',
    summary: 'Read it now, whatever its interval',
    status: 202,
    response: feedSchema,
    handle: async ({ tenantId, params }, deps) => showFeed(tenantId, await syncNow(tenantId, params.id, deps), deps),
  }),
  defineOperation({
    ...byId,
    id: 'acceptFeed',
    method: 'post',
    path: '/v1/feeds/{id}:accept',
    summary: 'What a suspect feed says is meant: release what it no longer shows, at once',
    response: feedSchema,
    handle: async ({ tenantId, params }, deps) =>
      showFeed(tenantId, await acceptSuspect(tenantId, params.id, deps), deps),
  }),
  defineOperation({
    ...byId,
    id: 'pauseFeed',
    method: 'post',
    path: '/v1/feeds/{id}:pause',
    summary: 'Stop reading it; its events stay as they are',
    response: feedSchema,
    handle: async ({ tenantId, params }, deps) => showFeed(tenantId, await pauseFeed(tenantId, params.id, deps), deps),
  }),
  defineOperation({
    ...byId,
    id: 'resumeFeed',
    method: 'post',
    path: '/v1/feeds/{id}:resume',
    summary: 'Read it again after a pause, or once its address works again',
    response: feedSchema,
    handle: async ({ tenantId, params }, deps) => showFeed(tenantId, await resumeFeed(tenantId, params.id, deps), deps),
  }),
];

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
