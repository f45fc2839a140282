import { instantOf } from '../domain/interval.ts';
import type { Tenant } from '../domain/tenant.ts';
import type { SyncDeps } from './deps.ts';
import { enqueueMarked, MOST_SWEPT } from './enqueue-marked.ts';

type EnqueueDeps = Pick<SyncDeps, 'documents' | 'store' | 'tasks'>;

/**
 * Has the settings of a tenant applied to what stands, after the commit that changed them and marked it (`nextMark`), then
 * takes the mark away. Nothing to do for one that has no mark.
 */
export async function enqueueSettings(
  { id: tenantId, applySettingsAt }: Pick<Tenant, 'id' | 'applySettingsAt'>,
  deps: EnqueueDeps,
): Promise<void> {
  if (applySettingsAt === undefined) return;
  const { store } = deps;
  await enqueueMarked(
    [
      {
        task: { queue: 'apply-settings', payload: { tenantId } },
        mark: applySettingsAt,
        readMark: async (transaction) => (await store.tenants.get(transaction, tenantId))?.applySettingsAt,
        unmark: store.tenants.update(tenantId, { applySettingsAt: undefined }),
      },
    ],
    deps,
  );
}

/** Finds tenants whose task was never enqueued, and enqueues it. Answers how many. */
export async function sweepSettings(deps: EnqueueDeps & Pick<SyncDeps, 'clock' | 'log'>): Promise<number> {
  const due = await deps.store.tenants.dueForSettings(deps.documents, instantOf(deps.clock.now()), MOST_SWEPT);
  for (const tenant of due) await enqueueSettings(tenant, deps);
  if (due.length > 0) deps.log.info('settings.swept', { count: due.length });
  return due.length;
}
