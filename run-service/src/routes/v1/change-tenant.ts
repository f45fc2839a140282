import { NotFound } from '@dovetail/core/domain/errors.ts';
import type { Tenant } from '@dovetail/core/domain/tenant.ts';
import { nextMark } from '@dovetail/core/sync/enqueue-marked.ts';
import { enqueueSettings } from '@dovetail/core/sync/enqueue-settings.ts';
import type { z } from 'zod';
import type { AppDeps } from '../../app-deps.ts';
import type { tenantChangeSchema } from '../../schemas/tenant.ts';

type TenantChange = z.output<typeof tenantChangeSchema>;

/**
 * Changes the named settings. A mark written with those that bear on events has them applied to what stands, also when they
 * are what they were: whoever says them again wants them to hold.
 * @throws NotFound.
 */
export async function changeTenant(
  tenantId: string,
  { priorities, feedLimits, organizer }: TenantChange,
  deps: Pick<AppDeps, 'documents' | 'store' | 'clock' | 'tasks'>,
): Promise<Tenant> {
  const { documents, store, clock } = deps;
  const tenant = await documents.transact(async (transaction) => {
    const current = await store.tenants.get(transaction, tenantId);
    if (!current) throw new NotFound('the tenant of this key is gone');
    const bearsOnEvents = priorities !== undefined || feedLimits !== undefined;
    if (!bearsOnEvents && organizer === undefined) return current;
    const part = {
      ...(priorities !== undefined && { priorities }),
      ...(feedLimits !== undefined && { feedLimits: limitsAfter(current.feedLimits, feedLimits) }),
      ...(organizer !== undefined && { organizer: organizer ?? undefined }),
      ...(bearsOnEvents && { applySettingsAt: nextMark(current.applySettingsAt, clock.now()) }),
    };
    transaction.write(store.tenants.update(tenantId, part));
    return { ...current, ...part } as Tenant;
  });
  await enqueueSettings(tenant, deps);
  return tenant;
}

/** What was chosen, changed where it is named; undefined when nothing is. */
function limitsAfter(
  chosen: Tenant['feedLimits'],
  change: NonNullable<TenantChange['feedLimits']> | null,
): Tenant['feedLimits'] | undefined {
  const named = Object.entries({ ...chosen, ...change }).filter(([, limit]) => typeof limit === 'number');
  return change === null || named.length === 0 ? undefined : Object.fromEntries(named);
}
