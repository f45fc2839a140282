import type { Conflict } from '../domain/conflict.ts';
import { InvalidInput, NotFound } from '../domain/errors.ts';
import { holdsTime, type LedgerEvent } from '../domain/event.ts';
import { instantOf } from '../domain/interval.ts';
import type { UndoStep } from '../domain/undo.ts';
import { commitChanges, type Followed } from '../ledger/commit-changes.ts';
import type { Write } from '../ports/document-store.ts';
import type { SyncDeps } from './deps.ts';
import { enqueueReconciles } from './enqueue-reconciles.ts';
import { type RunReport, revertibleRunWrites } from './record-run.ts';
import { refuseBooking } from './release-event.ts';

export interface ResolveConflictInput {
  readonly tenantId: string;
  readonly conflictId: string;
  readonly winnerEventId: string;
  /** Whether the other event's time is freed, although its source still shows it. */
  readonly release: boolean;
}

/**
 * Staff say which of two events goes first. The other is overridden and keeps its time, unless they free it. What they
 * decide stays so while the two share time, whatever their sources repeat. What holds no time any more is not freed: were
 * that taken back, it would hold what its source has let go of.
 * @throws NotFound; InvalidInput when the winner is neither of the two; Rejected, as `refuseBooking`, when a booking's time is
 * to be freed.
 */
export async function resolveConflict(input: ResolveConflictInput, deps: SyncDeps): Promise<Conflict> {
  const { tenantId, conflictId, winnerEventId, release } = input;
  const startedAt = deps.clock.now();
  const conflict = await deps.store.conflicts.get(deps.documents, tenantId, conflictId);
  if (!conflict) throw new NotFound(`no conflict "${conflictId}"`);
  if (!conflict.eventIds.includes(winnerEventId)) {
    throw new InvalidInput('the winner is neither of the two events', { paths: ['winnerEventId'] });
  }
  const now = instantOf(startedAt);
  const decided = { ...conflict, status: 'resolved', winnerEventId, resolvedBy: 'staff', updatedAt: now } as const;
  const isFreed = (event: LedgerEvent) => release && event.id !== winnerEventId && holdsTime(event);
  let resolved: Conflict = conflict;
  const runId = deps.newId();
  const result = await commitChanges(
    {
      tenantId,
      eventIds: conflict.eventIds,
      touch: true,
      decide: (current) => {
        const events = [...current.values()];
        events.filter(isFreed).forEach(refuseBooking);
        resolved = { ...decided, reason: reasonOf(release, events.some(isFreed)) };
        return {
          events: events.map((event) => (isFreed(event) ? { ...event, staffReleasedAt: now } : event)),
          conflicts: [resolved],
          writes: (followed) => runWrites(runId, { input, conflict, startedAt, releasedAt: now }, followed, deps),
        };
      },
    },
    deps,
  );
  await enqueueReconciles(tenantId, result.marked, deps);
  const { resourceId } = conflict;
  deps.log.info('conflict.resolved', { tenantId, conflictId, resourceId, eventId: winnerEventId });
  return resolved;
}

function reasonOf(release: boolean, isFreed: boolean): string {
  if (!release) return 'Staff decided; the other keeps its time.';
  return isFreed
    ? 'Staff decided, and freed the time of the other.'
    : 'Staff decided; the other held no time any more.';
}

/** What was decided, and how to take it back, kept in the commit that does it. */
function runWrites(
  runId: string,
  decision: {
    readonly input: ResolveConflictInput;
    readonly conflict: Conflict;
    readonly startedAt: number;
    readonly releasedAt: string;
  },
  followed: Followed,
  deps: SyncDeps,
): Write[] {
  const { input, conflict, startedAt, releasedAt } = decision;
  const { tenantId, winnerEventId, release, conflictId } = input;
  const freed = followed.changes.filter(
    ({ before, after: { id, staffReleasedAt } }) =>
      release && id !== winnerEventId && staffReleasedAt === releasedAt && before?.staffReleasedAt === undefined,
  );
  const report: RunReport = {
    ...{ tenantId, flow: 'resolve-conflict', trigger: 'staff', startedAt },
    status: 'success',
    resourceId: conflict.resourceId,
    counts: { changed: followed.changes.length, conflicts: 1 },
    changes: followed.changes.map(({ after: { id, resourceId } }) => ({ action: 'decided', eventId: id, resourceId })),
  };
  const steps: UndoStep[] = [
    ...freed.flatMap(({ before, after: { id } }): UndoStep[] =>
      before ? [{ type: 'released', eventId: id, releasedAt, status: before.status }] : [],
    ),
    { type: 'decided', conflictId, before: conflict, winnerEventId },
  ];
  return revertibleRunWrites(runId, report, steps, deps);
}
