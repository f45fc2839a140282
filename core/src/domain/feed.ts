import type { Platform } from './event.ts';
import type { FeedLimits } from './feed-limits.ts';
import type { Interval } from './interval.ts';
import type { NotificationFamily } from './notification.ts';
import type { ResourceKind } from './resource.ts';

/** What a feed's server wants to see before it answers. A secret: stored sealed, never shown. */
export type FeedAuth =
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | { readonly type: 'bearer'; readonly token: string }
  | { readonly type: 'header'; readonly name: string; readonly value: string };

/** Why what a feed shows is not believed without further evidence. */
export interface FeedSuspicion {
  /**
   * `emptied`: it shows nothing any more; `halved`: less than half of what it last showed; `other-platform`: another
   * platform's calendar with other entries, of which nothing is taken up meanwhile.
   */
  readonly reason: 'emptied' | 'halved' | 'other-platform';
  readonly since: string;
  /** The platform it now seems to come from, where that is the reason. */
  readonly platform?: Platform;
  /** What it was suspect for when the other platform's calendar came, and is again once that is gone. */
  readonly before?: FeedSuspicion;
}

/** An iCalendar URL we read. */
export interface Feed {
  readonly id: string;
  readonly resourceId: string;
  /** The resource's own, copied, so that a poll can read the feed without reading the resource. */
  readonly resourceKind: ResourceKind;
  readonly timeZone: string;
  /** A secret: stored sealed, masked on read. */
  readonly url: string;
  readonly auth?: FeedAuth;
  /** Of the url, lower case: what paces its reads and opens its circuit breaker. */
  readonly host?: string;
  /** Loopback and private addresses, and plain http, may be read: copied from the tenant when the feed is made. */
  readonly allowPrivate?: boolean;
  readonly platform: Platform;
  /** Nobody said where it belongs: the platform is what the first read finds. */
  readonly platformUnknown?: boolean;
  /** Where it seemed to come from when it was last read. */
  readonly detection?: PlatformGuess;
  readonly status: 'healthy' | 'suspect' | 'failing' | 'parked';
  /** Why it is not healthy, for a person. */
  readonly statusReason?: string;
  readonly suspicion?: FeedSuspicion;
  /** When the first of its latest failures happened. */
  readonly failingSince?: string;
  readonly paused: boolean;
  /** It was paused with its tenant, and resumes with it. */
  readonly pausedWithTenant?: boolean;
  /** It is being deleted, and its events are kept or released. */
  readonly removing?: 'keep' | 'release';
  /** How often it is read in quiet times outside peak hours, 15 to 360. */
  readonly pollMinutes: number;
  /** Its own, which no change of its tenant's limits touches. */
  readonly limits?: Partial<FeedLimits>;
  /** Its tenant's, copied so that a poll reads no tenant; they count while it has none of its own. */
  readonly tenantLimits?: Partial<FeedLimits>;
  /** When it is next due; found by the due-feeds query. */
  readonly nextPollAt: string;
  /** When what it no longer shows may be released, should it still not show it then. */
  readonly nextReleaseAt?: string;
  /** When what repeats time of ours is next compared with that time, should the feed show nothing new. */
  readonly nextEchoAt?: string;
  /** The local date on which something that was left out or clipped comes within its limits. */
  readonly nextWindowOn?: string;
  readonly lastChangeAt?: string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** Hash of what was last read, without what changes on every fetch. */
  readonly contentHash?: string;
  /** The same without UIDs. */
  readonly timesHash?: string;
  /** Its UIDs are new on every fetch, so they tell nothing. */
  readonly uidsRotate?: boolean;
  /** In how many documents its entries are kept. */
  readonly entryShards?: number;
  /** A commit in several transactions was begun and its end not recorded: the ledger may know more than the entries. */
  readonly unsettled?: string;
  readonly lastRunId?: string;
  /** What webhooks are told of it, kept here so that a commit knows from the document it reads anyway; none when absent. */
  readonly subscribed?: readonly NotificationFamily[];
  /** `failures` are those since it could last be read. */
  readonly counters: { readonly polls: number; readonly unchanged: number; readonly failures: number };
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
  /**
   * A block that its platform moves by itself: its start, end and UID may be others tomorrow without anybody having done
   * anything. Airbnb's closures have it while they are in progress or begin by the day after the feed was made, and when
   * they reach the end of its calendar, about a year ahead, with nothing behind them.
   */
  readonly edge?: boolean;
  /**
   * A block that may as well be a reservation, because its platform words both alike (Booking.com's "CLOSED - Not
   * available"). Where it overlaps a reservation there may be a double booking.
   */
  readonly ambiguous?: boolean;
  /**
   * Its VEVENT, or that of its series, as it stands in the document and however long. As a part of the document's text it
   * keeps all of that in memory: what outlives the read keeps a copy.
   */
  readonly raw: string;
}

/** Where a feed seems to come from, and by which signs. */
export interface PlatformGuess {
  readonly platform: Platform;
  /** 0 to 1. */
  readonly confidence: number;
  /** For a person, such as `PRODID names Airbnb`. */
  readonly evidence: readonly string[];
}
