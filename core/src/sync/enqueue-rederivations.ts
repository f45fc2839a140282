import { instantOf } from '../domain/interval.ts';
import type { SyncDeps } from './deps.ts';
import { enqueueMarked, type MarkedDocument, MOST_SWEPT } from './enqueue-marked.ts';

type EnqueueDeps = Pick<SyncDeps, 'documents' | 'store' | 'tasks'>;

/** A resource whose derived events are to be brought up to date, with the mark that says so (`nextMark`). */
export interface MarkedResource {
  readonly id: string;
  readonly rederiveAt: string;
}

/** Enqueues a task for each marked resource, after the commit that marked it, then takes the mark away. */
export async function enqueueRederivations(
  tenantId: string,
  marked: readonly MarkedResource[],
  deps: EnqueueDeps,
): Promise<void> {
  await enqueueMarked(
    marked.map((resource) => markedDocument(tenantId, resource, deps)),
    deps,
  );
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

function markedDocument(
  tenantId: string,
  { id, rederiveAt }: MarkedResource,
  { store }: Pick<SyncDeps, 'store'>,
): MarkedDocument {
  return {
    task: { queue: 'rederive', payload: { tenantId, resourceId: id } },
    mark: rederiveAt,
    readMark: async (transaction) => (await store.resources.get(transaction, tenantId, id))?.rederiveAt,
    unmark: store.resources.update(tenantId, id, { rederiveAt: undefined }),
  };
}
