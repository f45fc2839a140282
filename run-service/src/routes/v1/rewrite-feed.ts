import { NotFound } from '@dovetail/core/domain/errors.ts';
import type { Feed } from '@dovetail/core/domain/feed.ts';
import type { Transaction } from '@dovetail/core/ports/document-store.ts';
import type { AppDeps } from '../../app-deps.ts';
import { defined } from '../../schemas/defined.ts';

type FeedWithGaps = { readonly [K in keyof Feed]: Feed[K] | undefined };

/**
 * Replaces a feed by what `change` makes of it, which may read what else it needs; fields that are there but undefined go.
 * @throws NotFound; what `change` throws.
 */
export function rewriteFeed(
  tenantId: string,
  id: string,
  { documents, store }: Pick<AppDeps, 'documents' | 'store'>,
  change: (current: Feed, transaction: Transaction) => FeedWithGaps | Promise<FeedWithGaps>,
): Promise<Feed> {
  return documents.transact(async (transaction) => {
    const current = await store.feeds.get(transaction, tenantId, id);
    if (!current) throw new NotFound(`no feed "${id}"`);
    const feed = defined(await change(current, transaction)) as Feed;
    // Whole, because its address and credentials are sealed together.
    transaction.write(store.feeds.set(tenantId, feed));
    return feed;
  });
}
