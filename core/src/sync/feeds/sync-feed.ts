import { DovetailError } from '../../domain/errors.ts';
import type { Feed } from '../../domain/feed.ts';
import { instantOf } from '../../domain/interval.ts';
import type { TaskPayloads } from '../../ports/task-queue.ts';
import type { SyncDeps } from '../deps.ts';
import { type CommitFeedInput, commitFeed, type FeedWork } from './commit-feed.ts';
import { failFeed } from './fail-feed.ts';
import { dayOf } from './feed-day.ts';
import { noteHostSuccess } from './feed-host.ts';
import { fetchFeed, type Validators } from './fetch-feed.ts';
import { nextPoll } from './next-poll.ts';
import { planRead } from './plan-read.ts';
import { removeFeed } from './remove-feed.ts';

/**
 * Reads one feed into the ledger, if it shows anything new: `plan-feed.ts` decides what that means. A feed that shows
 * what it showed costs one read, of its own document, and one write. A failure of the feed's own changes no event and is
 * recorded. Nothing to do for a feed that is gone or paused, or was read since it was scheduled.
 * @throws PreconditionFailed when another read of the feed got ahead, or staff changed it, and what the ledger and the
 * store throw; delivered again, it reads the feed anew.
 */
export async function syncFeed(input: TaskPayloads['sync-feed'], deps: SyncDeps): Promise<void> {
  const { tenantId, feedId, dueAt } = input;
  const found = await deps.store.feeds.getVersioned(deps.documents, tenantId, feedId);
  if (!found) return;
  const { value: feed, updateTime } = found;
  if (feed.removing) return removeFeed({ tenantId, feed }, deps);
  if (feed.paused || (dueAt !== undefined && dueAt !== feed.nextPollAt)) return;
  const trigger = dueAt === undefined ? 'staff' : 'schedule';
  const work = { tenantId, feed, updateTime, trigger, runId: deps.newId(), startedAt: deps.clock.now() };
  const isWhole = mustReadWhole(feed, work.startedAt);
  const fetched = await fetchFeed(feed, isWhole, deps);
  if (fetched instanceof DovetailError) return failFeed(work, fetched, deps);
  if (feed.failingSince !== undefined) await noteHostSuccess({ feed }, deps);
  const isSame = fetched.type === 'unchanged';
  if (isSame && feed.failingSince === undefined && !isDue(feed, work.startedAt)) {
    return recordUnchanged(work, fetched.validators, deps);
  }
  const read = await planRead(work, isSame ? null : fetched, false, deps);
  await commitFeed(read, deps);
  tell(read, deps);
}

/** Tells staff of a feed that has become suspect, once. */
export function tell({ work, draft, isNews }: CommitFeedInput, deps: Pick<SyncDeps, 'log'>): void {
  const { tenantId, feed, runId } = work;
  const { suspicion, changes } = draft.plan;
  const ids = { direction: 'to-ledger', tenantId, feedId: feed.id } as const;
  if (suspicion && suspicion.since !== feed.suspicion?.since) {
    deps.log.alert('feed.suspect', { ...ids, reason: suspicion.reason });
  }
  if (isNews) deps.log.info('feed.read', { ...ids, runId, count: changes.length });
}

/** The feed's own word that nothing changed is not enough when something of it is not known, or was left out. */
function mustReadWhole(feed: Feed, now: number): boolean {
  const { contentHash, unsettled, nextWindowOn, suspicion } = feed;
  if (contentHash === undefined || unsettled !== undefined) return true;
  // Of the calendar that stands there instead nothing is remembered.
  if (suspicion?.reason === 'other-platform') return true;
  return nextWindowOn !== undefined && nextWindowOn <= dayOf(feed, now).today;
}

/** What is not shown may be released, or what repeats time of ours is to be compared with it. */
function isDue({ nextReleaseAt, nextEchoAt }: Feed, now: number): boolean {
  return [nextReleaseAt, nextEchoAt].some((at) => at !== undefined && at <= instantOf(now));
}

function recordUnchanged(work: FeedWork, validators: Validators, deps: SyncDeps): Promise<void> {
  const { tenantId, feed } = work;
  const { pollMinutes, timeZone, lastChangeAt, nextReleaseAt, counters } = feed;
  return deps.documents.commit([
    deps.store.feeds.update(
      tenantId,
      feed.id,
      {
        ...validators,
        nextPollAt: nextPoll({
          now: deps.clock.now(),
          pollMinutes,
          timeZone,
          lastChangeAt,
          failures: 0,
          nextReleaseAt,
        }),
        counters: { polls: counters.polls + 1, unchanged: counters.unchanged + 1, failures: 0 },
      },
      work.updateTime,
    ),
  ]);
}
