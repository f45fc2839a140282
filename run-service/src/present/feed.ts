import type { Feed } from '@dovetail/core/domain/feed.ts';
import type { Run } from '@dovetail/core/domain/run.ts';
import type { z } from 'zod';
import type { feedSchema } from '../schemas/feed.ts';

/** A feed as the API shows it, its address masked. `lastRun` is gone after 90 days. */
export function presentFeed(feed: Feed, lastRun: Run | null): z.input<typeof feedSchema> {
  return {
    id: feed.id,
    resourceId: feed.resourceId,
    url: maskUrl(feed.url),
    platform: feed.platform,
    status: feed.status,
    paused: feed.paused,
    lastRun: lastRun
      ? { id: lastRun.id, status: lastRun.status, startedAt: lastRun.startedAt, finishedAt: lastRun.finishedAt }
      : undefined,
    nextPollAt: feed.nextPollAt,
    pollMinutes: feed.pollMinutes,
    counters: feed.counters,
    createdAt: feed.createdAt,
  };
}

/** Enough to tell one's feeds apart: whoever has the whole address can read the calendar. */
export function maskUrl(url: string): string {
  if (!URL.canParse(url)) return '…';
  const { protocol, host, pathname, search } = new URL(url);
  const secret = `${pathname}${search}`;
  return `${protocol}//${host}/…${secret.length > 12 ? secret.slice(-4) : ''}`;
}
