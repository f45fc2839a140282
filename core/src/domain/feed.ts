import type { Platform } from './event.ts';
import type { Interval } from './interval.ts';

/** What a feed's server wants to see before it answers. A secret: stored sealed, never shown. */
export type FeedAuth =
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | { readonly type: 'bearer'; readonly token: string }
  | { readonly type: 'header'; readonly name: string; readonly value: string };

/** An iCalendar URL we read. */
export interface Feed {
  readonly id: string;
  readonly resourceId: string;
  /** A secret: stored sealed, masked on read. */
  readonly url: string;
  readonly auth?: FeedAuth;
  /** Of the url, lower case: what paces its reads and opens its circuit breaker. */
  readonly host?: string;
  /** Loopback and private addresses, and plain http, may be read: copied from the tenant when the feed is made. */
  readonly allowPrivate?: boolean;
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
  /** Of one occurrence of a series; empty otherwise. */
  readonly recurrenceId: string;
  readonly kind: 'reservation' | 'block';
  readonly title: string;
  readonly reservationCode?: string;
  readonly phoneLast4?: string;
  readonly guestName?: string;
  readonly guestCount?: number;
  /** LAST-MODIFIED, where the platform sends one: a canonical instant. */
  readonly modifiedAt?: string;
}

/** Where a feed seems to come from, and by which signs. */
export interface PlatformGuess {
  readonly platform: Platform;
  /** 0 to 1. */
  readonly confidence: number;
  /** For a person, such as `PRODID names Airbnb`. */
  readonly evidence: readonly string[];
}
