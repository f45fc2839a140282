import type { NotificationFamily } from '../../domain/notification.ts';
import type { TaskPayloads } from '../../ports/task-queue.ts';
import type { Collection, PartOf } from '../../store/collection.ts';
import type { SyncDeps } from '../deps.ts';

type SpreadDeps = Pick<SyncDeps, 'documents' | 'store'>;

/** Documents that are brought up to date in one transaction. */
const AT_ONCE = 200;

/**
 * Copies what a tenant's webhooks are subscribed to onto its resources and feeds, where commits find it without a read
 * of their own. Each copy is made from what the tenant says then, so that of two at once none leaves behind what is no
 * longer so. Safe to run again.
 * @throws what the document store throws.
 */
export async function spreadSubscriptions(
  { tenantId }: TaskPayloads['spread-subscriptions'],
  deps: SpreadDeps,
): Promise<void> {
  await spreadTo(deps.store.resources, tenantId, deps);
  await spreadTo(deps.store.feeds, tenantId, deps);
}

interface Subscribed {
  readonly id: string;
  readonly subscribed?: readonly NotificationFamily[];
}

async function spreadTo<T extends Subscribed, S extends keyof T>(
  collection: Collection<T, S>,
  tenantId: string,
  { documents, store }: SpreadDeps,
): Promise<void> {
  for await (const page of collection.each(documents, tenantId)) {
    for (let from = 0; from < page.length; from += AT_ONCE) {
      const ids = page.slice(from, from + AT_ONCE).map(({ id }) => id);
      await documents.transact(async (transaction) => {
        const tenant = await store.tenants.get(transaction, tenantId);
        const subscribed = tenant?.subscribed?.length ? tenant.subscribed : undefined;
        const found = await collection.getMany(transaction, tenantId, ids);
        const outdated = found.filter((each) => each !== null && String(each.subscribed) !== String(subscribed));
        const part = { subscribed } as unknown as PartOf<Omit<T, S | 'id'>>;
        transaction.write(...outdated.flatMap((each) => (each ? [collection.update(tenantId, each.id, part)] : [])));
      });
    }
  }
}
