import { NotFound } from '../domain/errors.ts';
import { instantOf } from '../domain/interval.ts';
import type { Tenant } from '../domain/tenant.ts';
import type { Write } from '../ports/document-store.ts';
import type { SyncDeps } from './deps.ts';

type TenantDeps = Pick<SyncDeps, 'documents' | 'store' | 'clock' | 'tasks' | 'log'>;

/**
 * Stops reading and writing every calendar and feed of a tenant. Bookings go on being accepted, so the ledger stays true
 * and resuming finds nothing lost. What was paused by itself stays so when the tenant resumes.
 * @throws NotFound.
 */
export async function pauseTenant(input: { readonly tenantId: string }, deps: TenantDeps): Promise<Tenant> {
  const { tenantId } = input;
  const { store, documents } = deps;
  const updatedAt = instantOf(deps.clock.now());
  const tenant = await setPaused(tenantId, true, deps);
  for await (const bindings of store.bindings.each(documents, tenantId)) {
    const active = bindings.filter(({ state }) => state === 'active' || state === 'needs-access');
    await documents.commit(
      active.map(({ id }) =>
        store.bindings.update(tenantId, id, { state: 'paused', pausedWithTenant: true, updatedAt }),
      ),
    );
  }
  for await (const feeds of store.feeds.each(documents, tenantId)) {
    const active = feeds.filter(({ paused }) => !paused);
    await documents.commit(
      active.map(({ id }) => store.feeds.update(tenantId, id, { paused: true, pausedWithTenant: true })),
    );
  }
  deps.log.info('tenant.paused', { tenantId });
  return tenant;
}

/** Undoes `pauseTenant`: every calendar is bound anew, every feed is due at its next poll. @throws NotFound. */
export async function resumeTenant(input: { readonly tenantId: string }, deps: TenantDeps): Promise<Tenant> {
  const { tenantId } = input;
  const { store, documents } = deps;
  const updatedAt = instantOf(deps.clock.now());
  const tenant = await setPaused(tenantId, false, deps);
  for await (const bindings of store.bindings.each(documents, tenantId)) {
    const waiting = bindings.filter(({ state, pausedWithTenant }) => pausedWithTenant && state === 'paused');
    const writes: Write[] = waiting.map(({ id }) =>
      store.bindings.update(tenantId, id, {
        ...{ state: 'active', pausedWithTenant: undefined },
        ...{ backFillDueSince: updatedAt, updatedAt },
      }),
    );
    await documents.commit(writes);
    for (const { id } of waiting)
      await deps.tasks.enqueue({ queue: 'bind-calendar', payload: { tenantId, bindingId: id } });
  }
  for await (const feeds of store.feeds.each(documents, tenantId)) {
    const waiting = feeds.filter(({ pausedWithTenant }) => pausedWithTenant);
    await documents.commit(
      waiting.map(({ id }) => store.feeds.update(tenantId, id, { paused: false, pausedWithTenant: undefined })),
    );
  }
  deps.log.info('tenant.resumed', { tenantId });
  return tenant;
}

async function setPaused(tenantId: string, paused: boolean, { documents, store }: TenantDeps): Promise<Tenant> {
  const tenant = await store.tenants.get(documents, tenantId);
  if (!tenant) throw new NotFound(`no tenant "${tenantId}"`);
  await documents.commit([store.tenants.update(tenantId, { paused })]);
  return { ...tenant, paused };
}
