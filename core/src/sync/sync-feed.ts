import { createHash } from 'node:crypto';
import { DovetailError, NotFound } from '../domain/errors.ts';
import type { LedgerEvent } from '../domain/event.ts';
import type { Feed, FeedEntry } from '../domain/feed.ts';
import { eventIdOf } from '../domain/identity.ts';
import { instantOf } from '../domain/interval.ts';
import type { Resource } from '../domain/resource.ts';
import { type FeedReading, readFeed } from '../ical/read-feed.ts';
import { commitChanges, type EventState, MOST_CHANGES } from '../ledger/commit-changes.ts';
import type { SyncDeps } from './deps.ts';
import { enqueueReconciles } from './enqueue-reconciles.ts';
import { recordRun } from './record-run.ts';

/** Lower wins; a tenant's own order comes with conflict resolution. */
const FEED_PRIORITY = 3;

/** What makes the next GET conditional. */
interface Validators {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

interface FeedWork {
  readonly tenantId: string;
  readonly feed: Feed;
  readonly resource: Resource;
  readonly trigger: string;
  readonly startedAt: number;
}

/**
 * Reads one feed into the ledger. The thinnest path: entries are matched by UID, and an entry the feed no longer shows
 * is `missing` and keeps its time, since absence alone is no evidence. A failed, truncated or non-calendar answer
 * changes no event and is recorded as failed.
 * @throws NotFound for an unknown feed or resource, and what the store throws; the next poll tries a failed feed again.
 */
export async function syncFeed(
  input: { readonly tenantId: string; readonly feedId: string; readonly trigger?: string },
  deps: SyncDeps,
): Promise<void> {
  const { tenantId, feedId } = input;
  const feed = await deps.store.feeds.get(deps.documents, tenantId, feedId);
  if (!feed) throw new NotFound(`no feed "${feedId}"`);
  const [resource, tenant] = await Promise.all([
    deps.store.resources.get(deps.documents, tenantId, feed.resourceId),
    deps.store.tenants.get(deps.documents, tenantId),
  ]);
  if (!resource) throw new NotFound(`no resource "${feed.resourceId}"`);
  const work = { tenantId, feed, resource, trigger: input.trigger ?? 'schedule', startedAt: deps.clock.now() };
  const read = await readGuarded(work, tenant?.allowPrivateFeeds ?? false, deps);
  if (read instanceof DovetailError) return recordFailure(work, read, deps);
  await commitReading(work, read, deps);
}

/** What a feed answered: nothing new, or its entries. */
type FeedRead = Validators & { readonly reading?: FeedReading };

/** Reads the feed; a failure of its own is answered, so that no failure of ours is taken for one. */
async function readGuarded(work: FeedWork, allowPrivate: boolean, deps: SyncDeps): Promise<FeedRead | DovetailError> {
  const { feed, resource } = work;
  try {
    const answer = await deps.feeds.fetch({
      url: feed.url,
      allowPrivate,
      ...(feed.etag !== undefined && { etag: feed.etag }),
      ...(feed.lastModified !== undefined && { lastModified: feed.lastModified }),
    });
    if (answer.type === 'not-modified') return {};
    const { etag, lastModified } = answer;
    return { etag, lastModified, reading: readFeed(answer.bytes, resource) };
  } catch (error) {
    if (error instanceof DovetailError) return error;
    throw error;
  }
}

async function commitReading(work: FeedWork, read: FeedRead, deps: SyncDeps): Promise<void> {
  const { feed, resource } = work;
  const { reading, ...validators } = read;
  if (!reading) return recordUnchanged(work, validators, deps);
  const contentHash = hashOf(reading.entries);
  if (contentHash === feed.contentHash) return recordUnchanged(work, validators, deps);
  const counts = await commitEntries(work, reading.entries, deps);
  const runId = await recordRun(
    {
      tenantId: work.tenantId,
      flow: 'sync-feed',
      trigger: work.trigger,
      status: reading.setAside.length > 0 ? 'partial' : 'success',
      resourceId: resource.id,
      feedId: feed.id,
      startedAt: work.startedAt,
      counts: { seen: reading.entries.length, setAside: reading.setAside.length, ...counts },
      warnings: reading.setAside.map(({ reason }) => `one entry was set aside: ${reason}`),
    },
    deps,
  );
  await saveFeed(work, { ...validators, contentHash, lastRunId: runId, status: 'healthy', unchanged: 0 }, deps);
}

async function commitEntries(work: FeedWork, entries: readonly FeedEntry[], deps: SyncDeps) {
  const { tenantId, feed } = work;
  const now = instantOf(work.startedAt);
  const known = await knownEvents(work, deps);
  const states = new Map(entries.map((entry) => [eventIdOfEntry(feed, entry), stateOf(work, entry, now)]));
  for (const event of known.values()) {
    if (!states.has(event.id) && event.status === 'active') states.set(event.id, { ...event, status: 'missing' });
  }
  const changed = [...states.values()].filter((state) => differs(state, known.get(state.id)));
  for (let from = 0; from < changed.length; from += MOST_CHANGES) {
    const chunk = changed.slice(from, from + MOST_CHANGES);
    const eventIds = chunk.map((state) => state.id);
    const result = await commitChanges({ tenantId, eventIds, decide: () => ({ events: chunk }) }, deps);
    await enqueueReconciles(tenantId, result.marked, deps);
  }
  const added = changed.filter((state) => !known.has(state.id)).length;
  const missing = changed.filter((state) => state.status === 'missing').length;
  return { added, missing, changed: changed.length - added - missing };
}

/** Future events of this feed; what has ended neither changes nor goes missing. */
async function knownEvents(
  { tenantId, feed, resource, startedAt }: FeedWork,
  deps: SyncDeps,
): Promise<Map<string, LedgerEvent>> {
  const known = new Map<string, LedgerEvent>();
  const where = [
    { field: 'resourceId', op: '==', value: resource.id },
    { field: 'end', op: '>', value: instantOf(startedAt).slice(0, 10) },
  ] as const;
  for await (const events of deps.store.events.each(deps.documents, tenantId, { where, orderBy: { field: 'end' } })) {
    for (const event of events)
      if (event.source.type === 'feed' && event.source.id === feed.id) known.set(event.id, event);
  }
  return known;
}

function eventIdOfEntry(feed: Feed, entry: FeedEntry): string {
  return eventIdOf({ type: 'feed', id: feed.id, externalUid: entry.uid }, entry.recurrenceId);
}

function stateOf({ feed, resource }: FeedWork, entry: FeedEntry, now: string): EventState {
  return {
    id: eventIdOfEntry(feed, entry),
    resourceId: resource.id,
    kind: entry.kind,
    status: 'active',
    source: { type: 'feed', id: feed.id, externalUid: entry.uid },
    platform: feed.platform,
    start: entry.start,
    end: entry.end,
    title: entry.title,
    priority: FEED_PRIORITY,
    ...(entry.reservationCode !== undefined && { reservationCode: entry.reservationCode }),
    ...(entry.phoneLast4 !== undefined && { guest: { phoneLast4: entry.phoneLast4 } }),
    lastSeenAt: now,
  };
}

function differs(state: EventState, known: LedgerEvent | undefined): boolean {
  if (!known) return true;
  const fields = ['start', 'end', 'title', 'status', 'kind', 'reservationCode'] as const;
  return fields.some((field) => state[field] !== known[field]);
}

/** What the feed says, without what changes on every fetch. */
function hashOf(entries: readonly FeedEntry[]): string {
  const lines = entries.map(({ uid, recurrenceId, start, end, kind, title }) =>
    JSON.stringify([uid, recurrenceId, start, end, kind, title]),
  );
  return createHash('sha256').update(lines.sort().join('\n')).digest('base64url');
}

function recordUnchanged(work: FeedWork, validators: Validators, deps: SyncDeps): Promise<void> {
  return saveFeed(work, { ...validators, status: 'healthy', unchanged: 1 }, deps);
}

async function recordFailure(work: FeedWork, error: DovetailError, deps: SyncDeps): Promise<void> {
  const { tenantId, feed } = work;
  deps.log.warn('feed.failed', { direction: 'to-ledger', tenantId, feedId: feed.id, reason: error.kind });
  const runId = await recordRun(
    {
      tenantId,
      flow: 'sync-feed',
      trigger: work.trigger,
      status: 'failed',
      resourceId: feed.resourceId,
      feedId: feed.id,
      startedAt: work.startedAt,
      counts: {},
      errors: [`${error.message}; no event was changed`],
    },
    deps,
  );
  await saveFeed(work, { lastRunId: runId, status: 'failing', unchanged: 0, failed: 1 }, deps);
}

function saveFeed(
  { tenantId, feed, startedAt }: FeedWork,
  {
    unchanged,
    failed = 0,
    ...part
  }: Partial<Pick<Feed, 'contentHash' | 'lastRunId'>> &
    Validators & {
      readonly status: Feed['status'];
      readonly unchanged: number;
      readonly failed?: number;
    },
  deps: SyncDeps,
): Promise<void> {
  const { polls, unchanged: before, failures } = feed.counters;
  return deps.documents.commit([
    deps.store.feeds.update(tenantId, feed.id, {
      ...part,
      nextPollAt: instantOf(startedAt + feed.pollMinutes * 60_000),
      counters: { polls: polls + 1, unchanged: before + unchanged, failures: failed === 0 ? 0 : failures + failed },
    }),
  ]);
}
