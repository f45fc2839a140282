import { Rejected } from '../domain/errors.ts';
import type { Run, RunChange } from '../domain/run.ts';
import type { SyncDeps } from './deps.ts';
import { runWrite } from './record-run.ts';

/** Flows whose runs no revert would outlast. */
const REPEATED: Readonly<Record<string, string>> = {
  'sync-feed': 'the next poll of the feed would bring it all back; release single events instead, or pause the feed',
  'poll-bookings': 'the next poll of the booking system would bring it all back; change the bookings there',
  'pull-calendar': 'the next pull of the calendar would bring it all back; change the events there',
};

/** Why a run cannot be reverted, for a person; null when it can. Pure. */
export function whyNot(run: Pick<Run, 'flow' | 'undoParts' | 'reverts'>): string | null {
  if (run.reverts !== undefined) return 'it is itself a revert; do again what it took back';
  if ((run.undoParts ?? 0) > 0) return null;
  const reason = REPEATED[run.flow] ?? 'only imports and decisions of staff can be reverted';
  return `a run of ${run.flow} cannot be reverted: ${reason}`;
}

/**
 * Records what a revert did, and that the run is reverted. Done before, it stays as it was first told.
 * @throws Rejected (`changed_since`) when nothing could be taken back.
 */
export async function recordedRevert(
  told: {
    readonly tenantId: string;
    readonly run: Run;
    readonly revertId: string;
    /** Milliseconds since 1970. */
    readonly startedAt: number;
    readonly changes: readonly RunChange[];
  },
  deps: SyncDeps,
): Promise<Run> {
  const { tenantId, run, revertId, startedAt, changes } = told;
  const kept = changes.filter(({ action }) => action === 'kept');
  const undone = changes.length - kept.length;
  if (kept.length > 0 && undone === 0) {
    const ids = kept.slice(0, 5).map(({ eventId, reason }) => `${eventId ?? 'a conflict'}: ${reason}`);
    const more = kept.length > 5 ? `, and ${kept.length - 5} more` : '';
    throw new Rejected(`nothing is left to revert (${ids.join(', ')}${more})`, { reason: 'changed_since' });
  }
  const write = runWrite(
    revertId,
    {
      ...{ tenantId, startedAt, changes, reverts: run.id, flow: 'revert-run', trigger: 'staff' },
      ...(run.resourceId !== undefined && { resourceId: run.resourceId }),
      status: kept.length > 0 ? 'partial' : 'success',
      counts: { seen: changes.length, changed: undone, setAside: kept.length },
      warnings: kept.length > 0 ? [`left as they are, because they have changed since: ${kept.length}`] : [],
    },
    deps,
  );
  const revert = await deps.documents.transact(async (transaction) => {
    const known = await deps.store.runs.get(transaction, tenantId, revertId);
    if (known) return known;
    transaction.write(write, deps.store.runs.update(tenantId, run.id, { revertedBy: revertId }));
    return null;
  });
  deps.log.info('run.reverted', { tenantId, runId: run.id, count: undone });
  return revert ?? ((await deps.store.runs.get(deps.documents, tenantId, revertId)) as Run);
}
