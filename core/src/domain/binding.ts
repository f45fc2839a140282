import type { OwnershipMark } from './booking-system-config.ts';

/** A provider's push subscription to one calendar, ours under the id we chose. */
export interface Channel {
  readonly id: string;
  /** The provider's name for what is watched; needed to stop the channel. */
  readonly resourceId: string;
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** `paused` by staff; `needs-access` until staff share the calendar with us again; `removing` until it is unbound. */
export type BindingState = 'active' | 'paused' | 'needs-access' | 'removing';

/** What staff say of removals that are held: they were meant, or are to be undone. */
export type RemovalDecision = 'accepted' | 'restored';

/** How many events vanished from a calendar of late, minute by minute; see `domain/removal-guard.ts`. */
export type RecentRemovals = readonly {
  /** When the first of them was seen. */
  readonly at: string;
  readonly count: number;
  /** Future events on the calendar before the first of them. */
  readonly future: number;
}[];

/** A remote calendar bound to a resource. */
export interface Binding {
  readonly id: string;
  readonly resourceId: string;
  readonly provider: 'google';
  readonly calendarId: string;
  /** The resource's zone, kept here so that driving an event needs no further read. */
  readonly timeZone: string;
  readonly mark: OwnershipMark;
  /** The booking system whose ids the mark carries; events that older software marked are found through it. */
  readonly systemId?: string;
  /** `two-way` takes edits made on the calendar back to their source; `mirror` restores the event instead. */
  readonly direction: 'mirror' | 'two-way';
  /** Whether events we do not manage block the resource's time. */
  readonly busyIn: boolean;
  /**
   * The date up to which series on the calendar were read as blocks. Present while the sync token is that of a reading
   * for blocks, and blocks may stand; what it says besides `busyIn` is what the next pull has to catch up with.
   */
  readonly busyUntil?: string;
  readonly visibility: 'details' | 'busy-only';
  /** What happens to the event of a cancelled booking. */
  readonly onCancel: 'delete' | 'keep';
  readonly state: BindingState;
  readonly stateReason?: string;
  /** While it is being removed: whether its events stay on the calendar. */
  readonly leaves?: 'keep' | 'remove';
  /** Since when it is at work without its events having been driven to the calendar; the safety pulls have that done. */
  readonly backFillDueSince?: string;
  /** It was paused with its tenant, and resumes with it. */
  readonly pausedWithTenant?: boolean;
  /** Opaque place of the incremental read; absent before the first full read. */
  readonly syncToken?: string;
  /** Grows with every stored sync token and every commit of blocks, so that two pulls cannot overwrite each other. */
  readonly pullCount: number;
  readonly channel?: Channel;
  /** The channel being replaced; it may still deliver until it is stopped. */
  readonly retiringChannel?: Channel;
  /** When the channel should be renewed; found by the renewal query. */
  readonly renewAt?: string;
  /** Changes that a safety pull found and no push had announced. */
  readonly missedPushes: number;
  /** When a safety pull found changes that bear no time and a push may still tell of. */
  readonly unannouncedAt?: string;
  /** Until when pulls follow each other closely because pushes were missed. */
  readonly closeWatchUntil?: string;
  readonly lastPushAt?: string;
  readonly lastPullAt?: string;
  readonly lastAuditAt?: string;
  readonly removals?: RecentRemovals;
  /** The same of events we do not manage, a series counting once. */
  readonly blockRemovals?: RecentRemovals;
  /** Set while a bulk of cancellations waits for staff. */
  readonly removalsHeldAt?: string;
  /** What staff said of those that were held last. */
  readonly removalsDecided?: RemovalDecision;
  readonly createdAt: string;
  readonly updatedAt: string;
}
