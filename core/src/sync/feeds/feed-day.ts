import type { Feed } from '../../domain/feed.ts';
import { DEFAULT_FEED_LIMITS, type FeedLimits } from '../../domain/feed-limits.ts';
import { instantOf } from '../../domain/interval.ts';
import { dateAt } from '../../ical/local-time.ts';

/** The present, in the terms of a resource. */
export interface FeedDay {
  /** Its local date. */
  readonly today: string;
  /** What starts at or before this has begun: the date on nightly resources, the instant on timed ones. */
  readonly begunUntil: string;
}

/** The present on a feed's resource; `now` is milliseconds since 1970. */
export function dayOf({ resourceKind, timeZone }: Pick<Feed, 'resourceKind' | 'timeZone'>, now: number): FeedDay {
  const today = dateAt(instantOf(now), timeZone);
  return { today, begunUntil: resourceKind === 'nightly' ? today : instantOf(now) };
}

/** The limits that apply to a feed: its own, or its tenant's, in place of the usual ones. */
export function limitsOf({ limits, tenantLimits }: Pick<Feed, 'limits' | 'tenantLimits'>): FeedLimits {
  return { ...DEFAULT_FEED_LIMITS, ...(limits ?? tenantLimits) };
}
