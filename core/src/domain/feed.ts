import type { Platform } from './event.ts';
import type { Interval } from './interval.ts';

/** An iCalendar URL we read. */
export interface Feed {
  readonly id: string;
  readonly resourceId: string;
  /** A secret: stored sealed, masked on read. */
  readonly url: string;
  readonly platform: Platform;
  readonly status: 'healthy' | 'suspect' | 'failing' | 'parked';
  readonly paused: boolean;
  /** It was paused with its tenant, and resumes with it. */
  readonly pausedWithTenant?: boolean;
  readonly pollMinutes: number;
  /** When it is next due; found by the due-feeds query. */
  readonly nextPollAt: string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** Hash of what was last read, without what changes on every fetch. */
  readonly contentHash?: string;
  readonly lastRunId?: string;
  readonly counters: { readonly polls: number; readonly unchanged: number; readonly failures: number };
  readonly createdAt: string;
}

/** An iCalendar URL we serve, found by the hash of its token. */
export interface Publication {
  readonly id: string;
  readonly tenantId: string;
  readonly resourceIds: readonly string[];
  readonly platform: Platform;
  readonly visibility: 'details' | 'busy-only';
  readonly createdAt: string;
}

/** One entry of a feed as read, before the ledger decides about it. */
export interface FeedEntry extends Interval {
  readonly uid: string;
  readonly recurrenceId: string;
  readonly kind: 'reservation' | 'block';
  readonly title: string;
  readonly reservationCode?: string;
  readonly phoneLast4?: string;
}
