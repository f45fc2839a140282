import type { Feed } from '../../domain/feed.ts';
import { instantOf } from '../../domain/interval.ts';
import type { OutboxEntry } from '../../domain/notification.ts';
import { outboxEntry } from '../../ledger/outbox.ts';
import type { SyncDeps } from '../deps.ts';

/** What webhooks are to be told when a feed comes to another status; null when it stays, or nobody is subscribed. */
export function feedStatusEntry(
  feed: Feed,
  next: Pick<Feed, 'status'> & Partial<Pick<Feed, 'suspicion' | 'failingSince'>>,
  { clock, newId }: Pick<SyncDeps, 'clock' | 'newId'>,
): OutboxEntry | null {
  if (next.status === feed.status || !feed.subscribed?.includes('feed')) return null;
  const now = clock.now();
  const { id: feedId, resourceId, platform } = feed;
  const reason = next.status === 'suspect' ? next.suspicion?.reason : undefined;
  const since = next.status === 'suspect' ? next.suspicion?.since : next.failingSince;
  const data = {
    ...{ feedId, resourceId, platform, status: next.status, previousStatus: feed.status },
    ...(reason !== undefined && { reason }),
    ...(since !== undefined && { since }),
  };
  return outboxEntry([{ type: `feed.${next.status}`, timestamp: instantOf(now), data }], newId(), now);
}
