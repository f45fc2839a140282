import { InvalidInput } from '../../domain/errors.ts';
import type { Feed } from '../../domain/feed.ts';
import { instantOf } from '../../domain/interval.ts';
import { heldBy, type KnownEntry } from '../../domain/known-entry.ts';
import type { RunChange } from '../../domain/run.ts';
import { type CommitInput, commitChanges, tellOpened } from '../../ledger/commit-changes.ts';
import { commitInParts } from '../../ledger/commit-in-parts.ts';
import type { SyncDeps } from '../deps.ts';
import { enqueueReconciles } from '../enqueue-reconciles.ts';
import { runWrite } from '../record-run.ts';
import { dayOf } from './feed-day.ts';
import { feedEventState } from './feed-event-state.ts';
import type { FeedChange } from './plan-feed-entry.ts';
import { recoverEntries } from './recover-entries.ts';

/**
 * Ends a feed that staff have deleted. With `release`, what it still holds of the present and future is released, also
 * on the calendars that show it; with `keep` its events stay as they are and nothing reads them again. What is past
 * stays in the ledger either way. Safe to run again.
 * @throws what the ledger and the document store throw.
 */
export async function removeFeed(
  input: { readonly tenantId: string; readonly feed: Feed },
  deps: SyncDeps,
): Promise<void> {
  const { tenantId, feed } = input;
  const { documents, store, clock } = deps;
  if (feed.removing === undefined) throw new InvalidInput('the feed is not to be removed');
  const runId = deps.newId();
  const startedAt = clock.now();
  const changes = feed.removing === 'release' ? await releaseEntries(tenantId, feed, runId, deps) : [];
  const report = {
    tenantId,
    flow: 'remove-feed',
    trigger: 'staff',
    status: 'success',
    resourceId: feed.resourceId,
    feedId: feed.id,
    startedAt,
    counts: { released: changes.length },
    changes,
  } as const;
  await documents.commit([
    runWrite(runId, report, deps),
    ...store.feedEntries.remove(tenantId, feed.id, feed.entryShards ?? 0),
    store.feeds.delete(tenantId, feed.id),
  ]);
  deps.log.info('feed.removed', { tenantId, feedId: feed.id, runId, count: changes.length });
}

async function releaseEntries(tenantId: string, feed: Feed, runId: string, deps: SyncDeps): Promise<RunChange[]> {
  const { documents, store, clock } = deps;
  const stored = await store.feedEntries.get(documents, tenantId, feed.id, feed.entryShards ?? 0);
  const remembered = stored.shards.flat();
  const known = feed.unsettled === undefined ? remembered : await recoverEntries(tenantId, feed, remembered, deps);
  const { begunUntil } = dayOf(feed, clock.now());
  const holding = known.filter((entry) => entry.state !== 'released' && heldBy(entry).end > begunUntil);
  const changes = holding.map(releaseOf);
  const parts = {
    feedId: feed.id,
    resourceId: feed.resourceId,
    // Not used: nothing new is said of these events.
    platform: feed.platform,
    priority: 0,
    runId,
    seenAt: instantOf(clock.now()),
  };
  await commitInParts(changes, async (part) => {
    const eventIds = part.map((change) => change.known.eventId);
    const decide: CommitInput['decide'] = (current) => ({
      events: part.flatMap((change) => feedEventState(change, current.get(change.known.eventId), parts) ?? []),
    });
    const result = await commitChanges({ tenantId, eventIds, isPart: true, decide }, deps);
    tellOpened(tenantId, result.opened, deps);
    await enqueueReconciles(tenantId, result.marked, deps);
  });
  return changes.map(({ action, known: { eventId }, reason }) => ({
    action,
    eventId,
    resourceId: feed.resourceId,
    reason,
  }));
}

function releaseOf(known: KnownEntry): FeedChange {
  return { action: 'released', known, fields: ['status'], reason: 'its feed was removed' };
}
