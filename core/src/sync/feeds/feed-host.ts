import type { Feed } from '../../domain/feed.ts';
import { afterHostFailure, feedHostOf, speaksAgainstHost } from '../../domain/feed-host.ts';
import { digest } from '../../domain/identity.ts';
import type { SyncDeps } from '../deps.ts';

type HostDeps = Pick<SyncDeps, 'documents' | 'store' | 'clock' | 'log'>;

/** A feed that was read, or could not be. */
export interface ReadFeed {
  readonly tenantId: string;
  readonly feed: Pick<Feed, 'id' | 'url' | 'host' | 'allowPrivate'>;
}

/**
 * The host whose breaker and pace a feed shares. None for feeds that may be at private addresses: there a name means
 * another machine in every network, and its owner is the only one who reads it.
 */
export function pacedHostOf({ url, host = feedHostOf(url), allowPrivate }: ReadFeed['feed']): string | undefined {
  return allowPrivate ? undefined : host;
}

/**
 * Remembers that a feed could not be read, if that may be its host's fault, and opens the host's breaker when it is.
 * One read; one write unless the breaker is open already.
 * @throws what the document store throws.
 */
export async function noteHostFailure({ tenantId, feed }: ReadFeed, error: unknown, deps: HostDeps): Promise<void> {
  const host = pacedHostOf(feed);
  if (host === undefined || !speaksAgainstHost(error)) return;
  const { documents, store } = deps;
  const now = deps.clock.now();
  const failure = { feed: digest('feed', tenantId, feed.id).slice(0, 16), error, now };
  const opened = await documents.transact(async (transaction) => {
    const known = await store.feedHosts.get(transaction, host);
    const after = afterHostFailure(host, known, failure);
    if (after !== known) transaction.write(store.feedHosts.set(after, now));
    return after.opened > (known?.opened ?? 0);
  });
  if (opened) deps.log.warn('feed-host.opened', { reason: host });
}

/**
 * Forgets what spoke against a feed's host, and closes its breaker. To be called when a feed can be read that could not
 * be before: a poll of one that was well costs nothing. One read, at most one write.
 * @throws what the document store throws.
 */
export async function noteHostSuccess({ feed }: Pick<ReadFeed, 'feed'>, deps: HostDeps): Promise<void> {
  const host = pacedHostOf(feed);
  if (host === undefined) return;
  const known = await deps.store.feedHosts.get(deps.documents, host);
  if (!known) return;
  await deps.documents.commit([deps.store.feedHosts.delete(host)]);
  if (known.openUntil !== undefined) deps.log.info('feed-host.closed', { reason: host });
}
