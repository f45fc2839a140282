import { instantOf, msOf } from '../domain/interval.ts';
import type { Resource } from '../domain/resource.ts';
import type { SyncDeps } from './deps.ts';

/** How long a mark waits for its own task before the sweep takes it up. */
const SWEEP_AFTER_MS = 2 * 60_000;
const MOST_SWEPT = 200;

type EnqueueDeps = Pick<SyncDeps, 'documents' | 'store' | 'tasks'>;

/** A resource whose derived events are to be brought up to date, with the mark that says so. */
export interface MarkedResource {
  readonly id: string;
  readonly rederiveAt: string;
}

/**
 * The mark to write with what makes it necessary, so that a crash before the task is enqueued loses nothing. It is later
 * than one that is there, so that whoever wrote that does not take this one for it.
 */
export function rederiveMark(resource: Pick<Resource, 'rederiveAt'> | undefined, now: number): string {
  const at = now + SWEEP_AFTER_MS;
  const known = resource?.rederiveAt;
  return instantOf(known === undefined ? at : Math.max(at, msOf(known) + 1000));
}

/** Enqueues a task for each marked resource, after the commit that marked it, then takes the mark away. */
export async function enqueueRederivations(
  tenantId: string,
  marked: readonly MarkedResource[],
  deps: EnqueueDeps,
): Promise<void> {
  for (const { id, rederiveAt } of marked) {
    await deps.tasks.enqueue({ queue: 'rederive', payload: { tenantId, resourceId: id } });
    await deps.documents.transact(async (transaction) => {
      const resource = await deps.store.resources.get(transaction, tenantId, id);
      if (resource?.rederiveAt !== rederiveAt) return;
      transaction.write(deps.store.resources.update(tenantId, id, { rederiveAt: undefined }));
    });
  }
}

/** Finds marks whose task was never enqueued, across all tenants, and enqueues it. Answers how many. */
export async function sweepRederivations(deps: EnqueueDeps & Pick<SyncDeps, 'clock' | 'log'>): Promise<number> {
  const due = await deps.store.resources.queryAllTenants(deps.documents, {
    where: [{ field: 'rederiveAt', op: '<=', value: instantOf(deps.clock.now()) }],
    orderBy: { field: 'rederiveAt' },
    limit: MOST_SWEPT,
  });
  for (const { tenantId, value } of due) {
    const { id, rederiveAt } = value;
    if (rederiveAt !== undefined) await enqueueRederivations(tenantId, [{ id, rederiveAt }], deps);
  }
  if (due.length > 0) deps.log.info('rederivations.swept', { count: due.length });
  return due.length;
}
