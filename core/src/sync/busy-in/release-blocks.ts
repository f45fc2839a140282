import type { Binding } from '../../domain/binding.ts';
import { holdsTime, type LedgerEvent } from '../../domain/event.ts';
import { commitChanges, tellOpened } from '../../ledger/commit-changes.ts';
import { commitInParts } from '../../ledger/commit-in-parts.ts';
import type { SyncDeps } from '../deps.ts';
import { enqueueReconciles } from '../enqueue-reconciles.ts';
import { runWrite } from '../record-run.ts';
import type { BindingFence } from './binding-fence.ts';
import { busyWindow, isOver } from './busy-window.ts';

/** Why blocks go although their calendar did not say so. */
export type ReleaseReason = 'busy-in-off' | 'unbound' | 'removals-accepted';

/**
 * Whether a block counts among the removals that wait for staff: those held since the present hold began, or, when there
 * is none, all that an earlier one left.
 */
export function isHeld({ status, updatedAt }: LedgerEvent, { removalsHeldAt = '' }: Binding): boolean {
  return status === 'missing' && updatedAt >= removalsHeldAt;
}

/**
 * Frees the time to come of a binding's blocks, on the resource's other calendars too: nobody will tell of them any more.
 * Of held removals that staff accept, only those of what is missing. Safe to run again. Answers how many there were.
 * @param input `fence`: only while nobody else writes the binding; without one, it is on its way out.
 * @throws PreconditionFailed when somebody wrote the binding meanwhile, and what the ledger and the document store throw.
 */
export async function releaseBlocks(
  input: {
    readonly tenantId: string;
    readonly binding: Binding;
    readonly reason: ReleaseReason;
    readonly fence?: BindingFence;
  },
  deps: SyncDeps,
): Promise<number> {
  const { tenantId, binding, reason, fence } = input;
  const startedAt = deps.clock.now();
  const goes = (block: LedgerEvent | undefined): block is LedgerEvent =>
    block !== undefined &&
    (reason === 'removals-accepted' ? isHeld(block, binding) : holdsTime(block)) &&
    !isOver(block, startedAt);
  const ids: string[] = [];
  const { since } = busyWindow(startedAt);
  for await (const page of deps.store.events.ofBinding(deps.documents, tenantId, binding.id, since)) {
    ids.push(...page.filter(goes).map(({ id }) => id));
  }
  if (ids.length === 0) return 0;
  const runId = deps.newId();
  await commitInParts(ids, async (eventIds) => {
    const released = (block: LedgerEvent | undefined) =>
      goes(block) ? [{ ...block, status: 'released' as const, runId }] : [];
    await fence?.open(deps);
    const writes = fence ? [fence.write({}, deps)] : [];
    const decide = (current: ReadonlyMap<string, LedgerEvent>) => ({
      events: eventIds.flatMap((id) => released(current.get(id))),
      writes,
    });
    const result = await commitChanges({ tenantId, eventIds, isPart: true, decide }, deps);
    fence?.pass();
    tellOpened(tenantId, result.opened, deps);
    await enqueueReconciles(tenantId, result.marked, deps);
  });
  await deps.documents.commit([runWrite(runId, reportOf(input, ids, startedAt), deps)]);
  deps.log.info('blocks.released', { tenantId, bindingId: binding.id, runId, count: ids.length, reason });
  return ids.length;
}

function reportOf(
  { tenantId, binding, reason }: Parameters<typeof releaseBlocks>[0],
  ids: readonly string[],
  startedAt: number,
) {
  const { id: bindingId, resourceId } = binding;
  return {
    ...{ tenantId, resourceId, bindingId, startedAt },
    flow: 'release-blocks',
    trigger: 'staff',
    status: 'success',
    counts: { released: ids.length },
    changes: ids.map((eventId) => ({ action: 'block-freed', eventId, resourceId, reason })),
  } as const;
}
