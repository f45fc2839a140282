import type { Feed } from '../../domain/feed.ts';
import { addDays, instantOf } from '../../domain/interval.ts';
import { heldBy } from '../../domain/known-entry.ts';
import type { RunChange } from '../../domain/run.ts';
import type { SyncDeps } from '../deps.ts';
import type { RunReport } from '../record-run.ts';
import type { CommitFeedInput, FeedWork } from './commit-feed.ts';
import { draftFeed, type FeedDraft, platformOf } from './draft-feed.ts';
import { dayOf } from './feed-day.ts';
import type { FetchedFeed } from './fetch-feed.ts';
import { nextPoll } from './next-poll.ts';
import type { FeedChange } from './plan-feed-entry.ts';
import { readEchoEvidence } from './read-echo-evidence.ts';
import { recoverEntries } from './recover-entries.ts';
import { suspicionText } from './suspicion-text.ts';
import { timesHash } from './times-hash.ts';

/** Set-asides a run keeps the text of; how many there were is counted. */
const MOST_KEPT = 20;

/**
 * Works out what a read of a feed comes to, and writes nothing: `commitFeed` does, and a preview shows it.
 * @param fetched null when the feed shows what it showed when it was last read.
 * @throws what the document store throws.
 */
export async function planRead(
  work: FeedWork,
  fetched: FetchedFeed | null,
  isAccepted: boolean,
  deps: SyncDeps,
): Promise<CommitFeedInput> {
  const { tenantId, feed } = work;
  const { documents, store, clock } = deps;
  const stored = await store.feedEntries.get(documents, tenantId, feed.id, feed.entryShards ?? 0);
  const remembered = stored.shards.flat();
  const known = feed.unsettled === undefined ? remembered : await recoverEntries(tenantId, feed, remembered, deps);
  const now = clock.now();
  const platform = platformOf(feed, fetched?.guess);
  const shown = fetched?.shown.entries ?? [];
  const echoes = await readEchoEvidence({ tenantId, feed, platform, known, shown, readAt: work.startedAt }, deps);
  const draft = draftFeed({ feed, known, fetched, echoes, isAccepted, now });
  const part = partAfter(feed, fetched, draft, fetched !== null || !isAccepted, now);
  const report = reportOf(work, fetched, draft, clock.now() - now);
  return { work, draft, stored, part, report, isNews: isNews(feed, fetched, draft) };
}

/** What a plan makes of the feed's document; a decision of staff's is no read, and heals nothing. */
function partAfter(
  feed: Feed,
  fetched: FetchedFeed | null,
  { plan, platform, isPlatformKnown }: FeedDraft,
  isRead: boolean,
  now: number,
): CommitFeedInput['part'] {
  const { pollMinutes, timeZone, counters } = feed;
  const { suspicion, nextReleaseAt } = plan;
  const lastChangeAt = plan.changes.length > 0 ? instantOf(now) : feed.lastChangeAt;
  const isWell = isRead || feed.failingSince === undefined;
  return {
    suspicion,
    nextReleaseAt,
    nextEchoAt: plan.nextEchoAt,
    lastChangeAt,
    ...(isWell && { status: suspicion ? 'suspect' : 'healthy', statusReason: suspicion && suspicionText(suspicion) }),
    ...(isRead && {
      failingSince: undefined,
      nextPollAt: nextPoll({ now, pollMinutes, timeZone, lastChangeAt, failures: 0, nextReleaseAt }),
      counters: { polls: counters.polls + 1, unchanged: counters.unchanged, failures: 0 },
    }),
    ...(fetched && {
      platform,
      platformUnknown: isPlatformKnown ? undefined : true,
      detection: fetched.guess,
      nextWindowOn: fetched.recurring ? addDays(dayOf(feed, now).today, 1) : plan.nextWindowOn,
      contentHash: fetched.contentHash,
      timesHash: plan.uidsRotate ? timesHash(fetched.shown) : undefined,
      uidsRotate: plan.uidsRotate || undefined,
      ...fetched.validators,
    }),
  };
}

/** Reads that find nothing to tell of leave no run: the feed's counters count them. */
function isNews(feed: Feed, fetched: FetchedFeed | null, { plan }: FeedDraft): boolean {
  const isFirst = feed.contentHash === undefined;
  const status = plan.suspicion ? 'suspect' : 'healthy';
  return isFirst || plan.changes.length > 0 || status !== feed.status || (fetched?.setAside.length ?? 0) > 0;
}

function reportOf(work: FeedWork, fetched: FetchedFeed | null, draft: FeedDraft, planMs: number): RunReport {
  const { feed, tenantId, trigger, startedAt } = work;
  const { plan } = draft;
  const setAside = fetched?.setAside ?? [];
  return {
    tenantId,
    flow: 'sync-feed',
    trigger,
    status: plan.suspicion ? 'held' : setAside.length > 0 ? 'partial' : 'success',
    resourceId: feed.resourceId,
    feedId: feed.id,
    startedAt,
    counts: { ...plan.counts, setAside: setAside.length, conflicts: 0 },
    changes: plan.changes.map((change) => describe(change, feed.resourceId)),
    warnings: [
      ...(plan.suspicion ? [suspicionText(plan.suspicion)] : []),
      ...misplaced(fetched, draft),
      ...setAside.map(({ reason }) => `one entry was set aside: ${reason}`),
      ...plan.warnings,
    ],
    ...(setAside.length > 0 && {
      setAside: setAside.slice(0, MOST_KEPT).map(({ raw, reason }) => ({ raw, reason })),
    }),
    timingsMs: { ...fetched?.timingsMs, plan: planMs },
  };
}

function describe({ action, known, fields, reason }: FeedChange, resourceId: string): RunChange {
  return { action, eventId: known.eventId, resourceId, ...heldBy(known), fields, reason };
}

function misplaced(fetched: FetchedFeed | null, { platform, plan }: FeedDraft): string[] {
  const guess = fetched?.guess;
  if (!guess || plan.suspicion || guess.platform === 'generic' || guess.platform === platform) return [];
  return [`the feed looks like one of ${guess.platform} (${guess.evidence.join('; ')}), not of ${platform}`];
}
