import type { Tenant } from '@dovetail/core/domain/tenant.ts';
import type { Transaction } from '@dovetail/core/ports/document-store.ts';
import type { AppDeps } from '../../app-deps.ts';

/**
 * What a new resource or feed copies of its tenant's subscriptions, read in the transaction that makes it: what comes
 * before a change of subscriptions is reached by that, and what comes after it reads it here.
 */
export async function copiedSubscriptions(
  tenantId: string,
  transaction: Transaction,
  { store }: Pick<AppDeps, 'store'>,
): Promise<Pick<Tenant, 'subscribed'>> {
  const { subscribed = [] } = (await store.tenants.get(transaction, tenantId)) ?? {};
  return subscribed.length > 0 ? { subscribed } : {};
}
