import { taskNameOf } from '../domain/identity.ts';
import { instantOf } from '../domain/interval.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { SyncDeps } from './deps.ts';

const PAGE = 200;
/** A mapping that was swept is left to its task for this long. */
const AGAIN_AFTER_MS = 10 * 60_000;

type SweepDeps = Pick<SyncDeps, 'documents' | 'store' | 'tasks' | 'clock' | 'log'>;

/**
 * Finds marks whose task was lost (a crash between commit and enqueue) or whose next attempt is due, across all
 * tenants, and enqueues them. Answers how many.
 *
 * Each page is pushed ahead before its tasks are enqueued, so that whatever these do comes after and stays. Should a
 * crash come between, the marks are still there and wait for the sweep after that.
 */
export async function sweep(deps: SweepDeps): Promise<number> {
  const now = deps.clock.now();
  let count = 0;
  let swept: number;
  // This ends: a mapping that was taken is no longer due at `now`, and nobody makes one due in the past.
  do {
    const due = await takeDue(now, deps);
    await Promise.all(due.map((one) => enqueueAgain(one, deps)));
    swept = due.length;
    count += swept;
  } while (swept === PAGE);
  if (count > 0) deps.log.info('marks.swept', { count });
  return count;
}

interface DueMapping {
  readonly tenantId: string;
  /** As it was when it was found due. */
  readonly value: Mapping;
}

/** A page of the mappings due at `now`, which from here on are not. */
function takeDue(now: number, deps: SweepDeps): Promise<readonly DueMapping[]> {
  const sweepAt = instantOf(now + AGAIN_AFTER_MS);
  return deps.documents.transact(async (transaction) => {
    const due = await deps.store.mappings.dueForSweep(transaction, instantOf(now), PAGE);
    transaction.write(...due.map(({ tenantId, value }) => deps.store.mappings.update(tenantId, value.id, { sweepAt })));
    return due;
  });
}

async function enqueueAgain({ tenantId, value: mapping }: DueMapping, deps: SweepDeps): Promise<void> {
  await deps.tasks.enqueue({
    queue: 'reconcile-event',
    name: taskNameOf('sweep', tenantId, mapping.id, mapping.attempts, mapping.sweepAt ?? ''),
    payload: { tenantId, eventId: mapping.eventId, bindingId: mapping.bindingId },
  });
}
