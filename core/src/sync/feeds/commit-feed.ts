import type { Conflict } from '../../domain/conflict.ts';
import { PreconditionFailed } from '../../domain/errors.ts';
import type { Feed } from '../../domain/feed.ts';
import { instantOf } from '../../domain/interval.ts';
import { prioritiesOf } from '../../domain/priorities.ts';
import { type CommitInput, commitChanges, type Decision, tellOpened } from '../../ledger/commit-changes.ts';
import { commitInParts } from '../../ledger/commit-in-parts.ts';
import { enqueueNotifications, outboxWrites } from '../../ledger/outbox.ts';
import type { Write } from '../../ports/document-store.ts';
import type { PartOf } from '../../store/collection.ts';
import type { StoredEntries } from '../../store/feed-entries.ts';
import type { SyncDeps } from '../deps.ts';
import { enqueueReconciles } from '../enqueue-reconciles.ts';
import { type RunReport, runWrite } from '../record-run.ts';
import { feedStatusEntry } from '../webhooks/tell-feed-status.ts';
import type { FeedDraft } from './draft-feed.ts';
import { feedEventState } from './feed-event-state.ts';
import type { FeedChange } from './plan-feed-entry.ts';

/** One read of a feed: the document it began with, and what it is called. */
export interface FeedWork {
  readonly tenantId: string;
  readonly feed: Feed;
  /** Of that document. Whoever wrote it since has read the feed later, or been told something by staff. */
  readonly updateTime: string;
  readonly trigger: string;
  readonly runId: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

export interface CommitFeedInput {
  readonly work: FeedWork;
  readonly draft: FeedDraft;
  /** The entries as they are stored. */
  readonly stored: StoredEntries;
  /** What becomes of the feed's document. */
  readonly part: PartOf<Omit<Feed, 'id' | 'url' | 'auth'>>;
  readonly report: RunReport;
  /** The report says something that is worth a run. */
  readonly isNews: boolean;
}

/**
 * Writes what a read came to: the events in the ledger, in as many transactions as it takes, then, in the last of these, the
 * entries to remember, the run and the feed's document. Each transaction holds only if nobody wrote the feed's document
 * meanwhile, so of two reads at once one gives way before it changed anything the other did not see. One that ends
 * halfway leaves `unsettled` behind, and the next read asks the ledger what was written.
 * @throws PreconditionFailed when another read got ahead, and what the ledger and the document store throw.
 */
export async function commitFeed(input: CommitFeedInput, deps: SyncDeps): Promise<void> {
  const { work, draft } = input;
  let { updateTime } = work;
  const met: Met = { conflicts: 0, startedAt: deps.clock.now(), opened: [] };
  const { status = work.feed.status, suspicion } = input.part;
  const entry = feedStatusEntry(work.feed, { status, ...(suspicion && { suspicion }) }, deps);
  const closing = (more: number) => [
    ...closingWrites(input, updateTime, { ...met, conflicts: met.conflicts + more }, deps),
    ...outboxWrites(work.tenantId, entry, deps),
  ];
  let parts = 0;
  try {
    if (draft.plan.changes.length === 0) await deps.documents.commit(closing(0));
    await commitInParts(draft.plan.changes, async (part, isLast) => {
      if (isLast) return commitPart(input, part, ({ conflicts }) => closing(conflicts), met, deps);
      const unsettled = `${work.runId} ${parts++}`;
      const fence = deps.store.feeds.update(work.tenantId, work.feed.id, { unsettled }, updateTime);
      await commitPart(input, part, () => [fence], met, deps);
      updateTime = await updateTimeOf(work, unsettled, deps);
    });
  } finally {
    tellOpened(work.tenantId, met.opened, deps);
  }
  await enqueueNotifications(work.tenantId, entry, deps);
}

/** What the parts of a commit came to so far. */
interface Met {
  conflicts: number;
  readonly opened: Conflict[];
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

async function commitPart(
  { work, draft }: CommitFeedInput,
  part: readonly FeedChange[],
  writes: Exclude<Decision['writes'], readonly Write[] | undefined>,
  met: Met,
  deps: SyncDeps,
): Promise<void> {
  const { tenantId, feed, runId } = work;
  const parts = {
    feedId: feed.id,
    resourceId: feed.resourceId,
    platform: draft.platform,
    runId,
    seenAt: instantOf(work.startedAt),
  };
  const decide: CommitInput['decide'] = (current, { tenant }) => {
    const ranked = { ...parts, priority: prioritiesOf(tenant?.priorities).feeds[parts.platform] };
    return {
      events: part.flatMap((change) => feedEventState(change, current.get(change.known.eventId), ranked) ?? []),
      writes,
    };
  };
  const eventIds = part.map(({ known }) => known.eventId);
  const result = await commitChanges({ tenantId, eventIds, isPart: true, readsTenant: true, decide }, deps);
  met.conflicts += result.conflicts;
  met.opened.push(...result.opened);
  await enqueueReconciles(tenantId, result.marked, deps);
}

async function updateTimeOf({ tenantId, feed }: FeedWork, unsettled: string, deps: SyncDeps): Promise<string> {
  const found = await deps.store.feeds.getVersioned(deps.documents, tenantId, feed.id);
  if (found?.value.unsettled === unsettled) return found.updateTime;
  throw new PreconditionFailed('the feed was read by somebody else meanwhile');
}

function closingWrites(
  { work, draft, stored, part, report, isNews }: CommitFeedInput,
  updateTime: string,
  { conflicts, startedAt }: Met,
  deps: SyncDeps,
): Write[] {
  const { tenantId, feed, runId } = work;
  const { writes, shards } = deps.store.feedEntries.replace(tenantId, feed.id, stored, draft.plan.entries);
  const told = {
    ...report,
    counts: { ...report.counts, conflicts },
    timingsMs: { ...report.timingsMs, commit: deps.clock.now() - startedAt },
  };
  return [
    ...writes,
    ...(isNews ? [runWrite(runId, told, deps)] : []),
    deps.store.feeds.update(
      tenantId,
      feed.id,
      { ...part, entryShards: shards, unsettled: undefined, ...(isNews && { lastRunId: runId }) },
      updateTime,
    ),
  ];
}
