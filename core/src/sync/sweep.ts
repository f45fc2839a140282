import { taskNameOf } from '../domain/identity.ts';
import { instantOf } from '../domain/interval.ts';
import type { SyncDeps } from './deps.ts';

const PAGE = 200;
/** A mapping that was swept is left to its task for this long. */
const AGAIN_AFTER_MS = 10 * 60_000;

/**
 * Finds marks whose task was lost (a crash between commit and enqueue) or whose next attempt is due, across all
 * tenants, and enqueues them. Answers how many.
 */
export async function sweep(deps: Pick<SyncDeps, 'documents' | 'store' | 'tasks' | 'clock' | 'log'>): Promise<number> {
  const now = deps.clock.now();
  let count = 0;
  for (;;) {
    const due = await deps.store.mappings.dueForSweep(deps.documents, instantOf(now), PAGE);
    for (const { tenantId, value: mapping } of due) {
      await deps.tasks.enqueue({
        queue: 'reconcile-event',
        name: taskNameOf('sweep', tenantId, mapping.id, mapping.attempts, mapping.sweepAt ?? ''),
        payload: { tenantId, eventId: mapping.eventId, bindingId: mapping.bindingId },
      });
    }
    const sweepAt = instantOf(now + AGAIN_AFTER_MS);
    await deps.documents.commit(
      due.map(({ tenantId, value }) => deps.store.mappings.merge(tenantId, value.id, { sweepAt })),
    );
    count += due.length;
    if (due.length < PAGE) break;
  }
  if (count > 0) deps.log.info('marks.swept', { count });
  return count;
}
