import { PreconditionFailed } from '../../domain/errors.ts';
import type { Feed } from '../../domain/feed.ts';
import { instantOf } from '../../domain/interval.ts';
import { commitChanges, type Decision, MOST_CHANGES } from '../../ledger/commit-changes.ts';
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
 * Writes what a read came to: the events in the ledger, at most 200 in a transaction, then, in the last of these, the
 * entries to remember, the run and the feed's document. Each transaction holds only if nobody wrote the feed's document
 * meanwhile, so of two reads at once one gives way before it changed anything the other did not see. One that ends
 * halfway leaves `unsettled` behind, and the next read asks the ledger what was written.
 * @throws PreconditionFailed when another read got ahead, and what the ledger and the document store throw.
 */
export async function commitFeed(input: CommitFeedInput, deps: SyncDeps): Promise<void> {
  const { work, draft } = input;
  const chunks: (readonly FeedChange[])[] = [];
  for (let from = 0; from < draft.plan.changes.length; from += MOST_CHANGES) {
    chunks.push(draft.plan.changes.slice(from, from + MOST_CHANGES));
  }
  const last = chunks.pop();
  let { updateTime } = work;
  let conflicts = 0;
  const startedAt = deps.clock.now();
  for (const [index, chunk] of chunks.entries()) {
    const unsettled = `${work.runId} ${index}`;
    const fence = deps.store.feeds.update(work.tenantId, work.feed.id, { unsettled }, updateTime);
    conflicts += await commitChunk(input, chunk, () => [fence], deps);
    updateTime = await updateTimeOf(work, unsettled, deps);
  }
  const { status = work.feed.status, suspicion } = input.part;
  const entry = feedStatusEntry(work.feed, { status, ...(suspicion && { suspicion }) }, deps);
  const closing = (followed: { readonly conflicts: number }) => {
    const met = { conflicts: conflicts + followed.conflicts, commitMs: deps.clock.now() - startedAt };
    return [...closingWrites(input, updateTime, met, deps), ...outboxWrites(work.tenantId, entry, deps)];
  };
  if (last) await commitChunk(input, last, closing, deps);
  else await deps.documents.commit(closing({ conflicts: 0 }));
  await enqueueNotifications(work.tenantId, entry, deps);
}

/** Answers how many conflicts it led to. */
async function commitChunk(
  { work, draft }: CommitFeedInput,
  chunk: readonly FeedChange[],
  writes: Exclude<Decision['writes'], readonly Write[] | undefined>,
  deps: SyncDeps,
): Promise<number> {
  const { tenantId, feed, runId } = work;
  const parts = {
    feedId: feed.id,
    resourceId: feed.resourceId,
    traits: draft.traits,
    runId,
    seenAt: instantOf(work.startedAt),
  };
  const result = await commitChanges(
    {
      tenantId,
      eventIds: chunk.map(({ known }) => known.eventId),
      decide: (current) => ({
        events: chunk.flatMap((change) => feedEventState(change, current.get(change.known.eventId), parts) ?? []),
        writes,
      }),
    },
    deps,
  );
  await enqueueReconciles(tenantId, result.marked, deps);
  return result.conflicts;
}

async function updateTimeOf({ tenantId, feed }: FeedWork, unsettled: string, deps: SyncDeps): Promise<string> {
  const found = await deps.store.feeds.getVersioned(deps.documents, tenantId, feed.id);
  if (found?.value.unsettled === unsettled) return found.updateTime;
  throw new PreconditionFailed('the feed was read by somebody else meanwhile');
}

function closingWrites(
  { work, draft, stored, part, report, isNews }: CommitFeedInput,
  updateTime: string,
  { conflicts, commitMs }: { readonly conflicts: number; readonly commitMs: number },
  deps: SyncDeps,
): Write[] {
  const { tenantId, feed, runId } = work;
  const { writes, shards } = deps.store.feedEntries.replace(tenantId, feed.id, stored, draft.plan.entries);
  const told = {
    ...report,
    counts: { ...report.counts, conflicts },
    timingsMs: { ...report.timingsMs, commit: commitMs },
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
