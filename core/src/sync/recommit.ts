import type { Conflict } from '../domain/conflict.ts';
import { holdsTime, type LedgerEvent } from '../domain/event.ts';
import { sameInterval } from '../domain/interval.ts';
import type { RunChange, RunStatus } from '../domain/run.ts';
import { type CommitInput, commitChanges, tellOpened } from '../ledger/commit-changes.ts';
import { commitInParts } from '../ledger/commit-in-parts.ts';
import type { Change } from '../ledger/ledger-view.ts';
import type { SyncDeps } from './deps.ts';
import { enqueueReconciles } from './enqueue-reconciles.ts';
import { recordRun } from './record-run.ts';

/** What putting events through the ledger again needs of the world. */
export type RecommitDeps = Pick<SyncDeps, 'documents' | 'store' | 'clock' | 'newId' | 'log' | 'tasks'>;

interface RecommitInput extends Omit<CommitInput, 'eventIds' | 'isPart'> {
  /** The flow it is told of as. */
  readonly flow: string;
  /** Where all of it follows from one resource. */
  readonly resourceId?: string;
  /** Ids of events; what goes together in one commit, if it can, stands in one chunk. */
  readonly chunks: AsyncIterable<readonly string[]> | Iterable<readonly string[]>;
}

/**
 * Puts events that stand through the ledger's commit once more, because what is decided about them rests on settings that
 * changed. Has the calendars driven, and keeps what changed as one run, also of what was done when it ends early. Answers
 * how many events changed.
 * @throws what the document store and the queue throw; done again, it goes on where it was.
 */
export async function recommit(input: RecommitInput, deps: RecommitDeps): Promise<number> {
  const { flow, resourceId, chunks, ...commit } = input;
  const { tenantId } = commit;
  const startedAt = deps.clock.now();
  const changes: RunChange[] = [];
  const opened: Conflict[] = [];
  let conflicts = 0;
  let status: RunStatus = 'partial';
  try {
    for await (const ids of chunks) {
      await commitInParts(ids, async (eventIds) => {
        const result = await commitChanges({ ...commit, eventIds, isPart: true }, deps);
        changes.push(...result.changes.map(describe));
        opened.push(...result.opened);
        conflicts += result.conflicts;
        const about = { tenantId, ...(resourceId !== undefined && { resourceId }) };
        for (const reason of result.warnings) deps.log.warn('ledger.clipped', { ...about, reason });
        await enqueueReconciles(tenantId, result.marked, deps);
      });
    }
    status = 'success';
  } finally {
    tellOpened(tenantId, opened, deps);
    const counts = { ...countsOf(changes), conflicts };
    const run = { tenantId, flow, trigger: 'configuration', status, startedAt, counts, changes };
    if (changes.length > 0) await recordRun({ ...run, ...(resourceId !== undefined && { resourceId }) }, deps);
  }
  return changes.length;
}

function describe({ before, after }: Change): RunChange {
  const { id: eventId, resourceId } = after;
  if (!before) return { action: 'added', eventId, resourceId };
  const action = holdsTime(before) && !holdsTime(after) ? 'released' : 'changed';
  return { action, eventId, resourceId, fields: changedFields(before, after) };
}

function changedFields(before: LedgerEvent, after: LedgerEvent): string[] {
  const fields = ['status', 'title', 'priority', 'overriddenBy', 'mergedInto'] as const;
  return [
    ...(sameInterval(before, after) ? [] : ['interval']),
    ...fields.filter((field) => before[field] !== after[field]),
  ];
}

function countsOf(changes: readonly RunChange[]) {
  const count = (wanted: string) => changes.filter(({ action }) => action === wanted).length;
  return { added: count('added'), changed: count('changed'), released: count('released') };
}
