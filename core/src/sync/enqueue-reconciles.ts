import { taskNameOf } from '../domain/identity.ts';
import type { MarkedMapping } from '../ledger/outbox-marks.ts';
import type { SyncDeps } from './deps.ts';

/**
 * Enqueues one task for each marked mapping, after the commit that marked them. Should this fail or never happen, the
 * marks are still there and the sweep finds them.
 * @param runAt milliseconds since 1970; now when absent.
 */
export async function enqueueReconciles(
  tenantId: string,
  marked: readonly MarkedMapping[],
  deps: Pick<SyncDeps, 'tasks'>,
  runAt?: number,
): Promise<void> {
  await Promise.all(
    marked.map(({ eventId, bindingId, mark }) =>
      deps.tasks.enqueue({
        queue: 'reconcile-event',
        name: taskNameOf('reconcile', tenantId, eventId, bindingId, mark),
        payload: { tenantId, eventId, bindingId },
        ...(runAt !== undefined && { runAt }),
      }),
    ),
  );
}
