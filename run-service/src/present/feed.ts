import type { Feed } from '@dovetail/core/domain/feed.ts';
import type { Run } from '@dovetail/core/domain/run.ts';
import { limitsOf } from '@dovetail/core/sync/feeds/feed-day.ts';
import type { FeedPreview } from '@dovetail/core/sync/feeds/preview-feed.ts';
import type { z } from 'zod';
import type { feedPreviewSchema, feedSchema } from '../schemas/feed.ts';

/** A feed as the API shows it, its address and credentials masked. `lastRun` is gone after 90 days. */
export function presentFeed(feed: Feed, lastRun: Run | null): z.input<typeof feedSchema> {
  const isIdle = feed.paused || feed.status === 'parked';
  return {
    id: feed.id,
    resourceId: feed.resourceId,
    url: maskUrl(feed.url),
    auth: feed.auth?.type,
    platform: feed.platform,
    detection: feed.detection,
    status: feed.status,
    statusReason: feed.statusReason,
    suspicion: shownSuspicion(feed),
    paused: feed.paused,
    removing: feed.removing,
    lastRun: lastRun
      ? { id: lastRun.id, status: lastRun.status, startedAt: lastRun.startedAt, finishedAt: lastRun.finishedAt }
      : undefined,
    nextPollAt: isIdle ? undefined : feed.nextPollAt,
    nextReleaseAt: feed.nextReleaseAt,
    lastChangeAt: feed.lastChangeAt,
    pollMinutes: feed.pollMinutes,
    limits: limitsOf(feed),
    hasOwnLimits: feed.limits !== undefined,
    counters: feed.counters,
    createdAt: feed.createdAt,
  };
}

function shownSuspicion({ suspicion }: Feed): z.input<typeof feedSchema>['suspicion'] {
  if (!suspicion) return undefined;
  const { reason, since, platform } = suspicion;
  return { reason, since, platform };
}

/** A preview as the API shows it. */
export function presentPreview({ platform, detection, report }: FeedPreview): z.input<typeof feedPreviewSchema> {
  const { seen = 0, added = 0, changed = 0, missing = 0, released = 0, setAside = 0 } = report.counts;
  return {
    platform,
    detection,
    status: report.status,
    counts: { seen, added, changed, missing, released, setAside },
    changes: report.changes ?? [],
    warnings: report.warnings ?? [],
    errors: report.errors ?? [],
  };
}

/** Enough to tell one's feeds apart: whoever has the whole address can read the calendar. */
export function maskUrl(url: string): string {
  if (!URL.canParse(url)) return '…';
  const { protocol, host, pathname, search } = new URL(url);
  const secret = `${pathname}${search}`;
  return `${protocol}//${host}/…${secret.length > 12 ? secret.slice(-4) : ''}`;
}
