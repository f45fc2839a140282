import { type DovetailError, isTransient } from '../../domain/errors.ts';
import type { Feed } from '../../domain/feed.ts';
import { instantOf, msOf } from '../../domain/interval.ts';
import { enqueueNotifications, outboxWrites } from '../../ledger/outbox.ts';
import type { SyncDeps } from '../deps.ts';
import { type RunReport, runWrite } from '../record-run.ts';
import { feedStatusEntry } from '../webhooks/tell-feed-status.ts';
import type { FeedWork } from './commit-feed.ts';
import { noteHostFailure } from './feed-host.ts';
import { NEVER, nextPoll } from './next-poll.ts';

/** A feed is parked after so many failures in a row, over at least so long. */
const PARKED_AFTER = { failures: 8, ms: 24 * 3_600_000 } as const;

/**
 * Records that a feed could not be read. No event changes: what was last read keeps standing. The feed is read again
 * ever more rarely, and after a day of failures not at all until staff ask for it, who are told once.
 * @throws PreconditionFailed when another read got ahead, and what the document store throws.
 */
export async function failFeed(work: FeedWork, error: DovetailError, deps: SyncDeps): Promise<void> {
  const { tenantId, feed, runId } = work;
  const part = failedPart(feed, error, deps.clock.now());
  const entry = feedStatusEntry(feed, part, deps);
  await deps.documents.commit([
    ...outboxWrites(tenantId, entry, deps),
    runWrite(runId, failureReport(work, error), deps),
    deps.store.feeds.update(tenantId, feed.id, { ...part, lastRunId: runId }, work.updateTime),
  ]);
  const ids = { direction: 'to-ledger', tenantId, feedId: feed.id, reason: error.kind } as const;
  if (part.status === 'parked' && feed.status !== 'parked') deps.log.alert('feed.parked', ids);
  else deps.log.warn('feed.failed', ids);
  await enqueueNotifications(tenantId, entry, deps);
  await noteHostFailure({ tenantId, feed }, error, deps);
}

/** What is told of a read that failed. */
export function failureReport({ tenantId, feed, trigger, startedAt }: FeedWork, error: DovetailError): RunReport {
  return {
    tenantId,
    flow: 'sync-feed',
    trigger,
    status: 'failed',
    resourceId: feed.resourceId,
    feedId: feed.id,
    startedAt,
    counts: {},
    errors: [`${error.message}; no event was changed`],
  };
}

/** What a failure makes of a feed. Pure. */
export function failedPart(
  feed: Feed,
  error: DovetailError,
  now: number,
): Pick<Feed, 'status' | 'statusReason' | 'failingSince' | 'nextPollAt' | 'counters'> {
  const { polls, unchanged } = feed.counters;
  const failures = feed.counters.failures + 1;
  const failingSince = feed.failingSince ?? instantOf(now);
  const isLong = failures >= PARKED_AFTER.failures && now - msOf(failingSince) >= PARKED_AFTER.ms;
  const isParked = isLong || feed.status === 'parked';
  const retryAfterMs = isTransient(error) ? error.retryAfterMs : undefined;
  const { pollMinutes, timeZone } = feed;
  return {
    status: isParked ? 'parked' : 'failing',
    statusReason: error.message,
    failingSince,
    nextPollAt: isParked ? NEVER : nextPoll({ now, pollMinutes, timeZone, failures, retryAfterMs }),
    counters: { polls: polls + 1, unchanged, failures },
  };
}
