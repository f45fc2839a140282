import { isDeepStrictEqual } from 'node:util';
import type { Feed } from '../../domain/feed.ts';
import type { Tenant } from '../../domain/tenant.ts';
import type { SyncDeps } from '../deps.ts';

/**
 * Hands the tenant's limits to its feeds that have none of their own and still go by others. What such a feed says is
 * compared anew at its next read. Answers how many they were; safe to run again.
 * @throws what the document store throws.
 */
export async function limitFeeds(
  tenantId: string,
  { documents, store }: Pick<SyncDeps, 'documents' | 'store'>,
): Promise<number> {
  const tenant = await store.tenants.get(documents, tenantId);
  let count = 0;
  for await (const feeds of store.feeds.each(documents, tenantId)) {
    const ids = feeds.filter((feed) => isLimitedOtherwise(feed, tenant)).map(({ id }) => id);
    if (ids.length === 0) continue;
    count += await documents.transact(async (transaction) => {
      const current = await store.tenants.get(transaction, tenantId);
      const found = await store.feeds.getMany(transaction, tenantId, ids);
      const limited = found.filter((feed) => feed !== null).filter((feed) => isLimitedOtherwise(feed, current));
      const part = { tenantLimits: current?.feedLimits, contentHash: undefined };
      transaction.write(...limited.map(({ id }) => store.feeds.update(tenantId, id, part)));
      return limited.length;
    });
  }
  return count;
}

function isLimitedOtherwise({ limits, tenantLimits }: Feed, tenant: Tenant | null): boolean {
  return limits === undefined && !isDeepStrictEqual(tenantLimits, tenant?.feedLimits);
}
