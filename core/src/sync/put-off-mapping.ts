import { mappingIdOf } from '../domain/identity.ts';
import { instantOf, msOf } from '../domain/interval.ts';
import type { TaskPayloads } from '../ports/task-queue.ts';
import type { SyncDeps } from './deps.ts';
import { LONGEST_PAUSE_MS } from './put-off-task.ts';

const FIRST_PAUSE_MS = 15 * 60_000;
/** No two deliveries of one task are half as long apart (see the queue settings of `functions`). */
const NEXT_DELIVERY_MS = 10 * 60_000;

type MappingRef = Pick<TaskPayloads['reconcile-event'], 'tenantId' | 'eventId' | 'bindingId'>;
type PutOffDeps = Pick<SyncDeps, 'documents' | 'store' | 'clock'>;

/**
 * Leaves a mapping whose task ran out of attempts to the sweep, which waits longer from round to round: a quarter of an
 * hour, twice that each time, six hours at most.
 * @param rounds how many rounds this failure counts as, and how many there may be.
 * @returns false when there have been that many: nothing was put off. A mapping that is gone has nothing left to do.
 */
export async function putOffMapping(
  { tenantId, eventId, bindingId }: MappingRef,
  rounds: { readonly count: number; readonly most: number },
  deps: PutOffDeps,
): Promise<boolean> {
  const id = mappingIdOf(eventId, bindingId);
  return deps.documents.transact(async (transaction) => {
    const mapping = await deps.store.mappings.get(transaction, tenantId, id);
    if (!mapping) return true;
    const attempts = mapping.attempts + rounds.count;
    if (attempts >= rounds.most) return false;
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (attempts - 1), LONGEST_PAUSE_MS);
    const next = instantOf(deps.clock.now() + pause);
    transaction.write(deps.store.mappings.update(tenantId, id, { attempts, nextAttemptAt: next, sweepAt: next }));
    return true;
  });
}

/**
 * Keeps the sweep from a mapping whose own task is going to be delivered again, after `waitMs` at the earliest: a second
 * task would double the calls to a side in trouble.
 */
export async function keepFromSweep(
  { tenantId, eventId, bindingId }: MappingRef,
  waitMs: number,
  deps: PutOffDeps,
): Promise<void> {
  const id = mappingIdOf(eventId, bindingId);
  const from = deps.clock.now() + Math.min(waitMs, LONGEST_PAUSE_MS);
  await deps.documents.transact(async (transaction) => {
    const mapping = await deps.store.mappings.get(transaction, tenantId, id);
    if (mapping?.sweepAt === undefined || msOf(mapping.sweepAt) > from + NEXT_DELIVERY_MS / 2) return;
    const sweepAt = instantOf(from + NEXT_DELIVERY_MS);
    transaction.write(deps.store.mappings.update(tenantId, id, { sweepAt }));
  });
}
