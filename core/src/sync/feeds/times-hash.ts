import { createHash } from 'node:crypto';
import type { FeedEntry } from '../../domain/feed.ts';
import type { ShownFeed } from './plan-feed.ts';

/**
 * Fingerprint of what a feed shows without its UIDs, for feeds that make new ones on every fetch; the same for entries
 * in any order.
 */
export function timesHash({ entries, cancelled, unreadable }: ShownFeed): string {
  const lines = [
    ...entries.map((entry) => `shown ${lineOf(entry)}`),
    ...cancelled.map((entry) => `cancelled ${lineOf(entry)}`),
    `unreadable ${unreadable.size}`,
  ];
  return createHash('sha256').update(lines.sort().join('\n')).digest('base64url');
}

function lineOf({ uid: _, recurrenceId: __, modifiedAt: ___, edge: ____, raw: _____, ...rest }: FeedEntry): string {
  return JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));
}
