import type { BookingStatus, Guest } from './booking.ts';
import type { Interval } from './interval.ts';

/** Why the time is taken: somebody comes, it is closed, or work is done there. */
export type EventKind = 'reservation' | 'block' | 'maintenance';

/**
 * What the evidence says of an event. `active` and `missing` hold their time; `released` and `cancelled` do not.
 * `missing` means its source no longer shows it but the evidence is not yet enough to free its time.
 */
export type EventStatus = 'active' | 'missing' | 'released' | 'cancelled';

/** The status as people see it: an active event that lost a conflict is `overridden`, and still holds its time. */
export type ShownStatus = EventStatus | 'overridden';

/** Where an event comes from; `id` names the booking system, feed or binding, `externalUid` its name for the event. */
export interface EventSource {
  readonly type: 'booking-system' | 'feed' | 'staff' | 'binding' | 'inheritance' | 'import';
  readonly id: string;
  readonly externalUid: string;
}

/** Where a feed or publication belongs. */
export type Platform = 'airbnb' | 'booking.com' | 'vrbo' | 'motopress' | 'generic';

/** One entry of the ledger: a reservation, block or maintenance interval of one resource, from one source. */
export interface LedgerEvent extends Interval {
  readonly id: string;
  readonly resourceId: string;
  readonly kind: EventKind;
  readonly status: EventStatus;
  readonly source: EventSource;
  /** Of blocks taken from a calendar: its binding, so that they are found by it. */
  readonly bindingId?: string;
  /** Of these, the calendar event; of the dates of a series, the series. */
  readonly remoteId?: string;
  readonly platform?: Platform;
  /** A closure of a platform that shows stays it sold in the same words. */
  readonly ambiguous?: boolean;
  readonly title: string;
  readonly reservationCode?: string;
  readonly guest?: Guest;
  /** What the stay costs, in `currency`'s major unit. */
  readonly price?: number;
  readonly currency?: string;
  readonly checkInTime?: string;
  readonly checkOutTime?: string;
  /** The events of relatives that this one is derived from; it goes when the last of them does. */
  readonly causeEventIds?: readonly string[];
  /** Derived by a rule whose time staff may release event by event. */
  readonly optional?: boolean;
  /** The event of ours that a platform collected and shows back to us as a closure of its own. */
  readonly echoOf?: string;
  /** What the booking system last said, for events that come from one. */
  readonly booking?: {
    readonly status: BookingStatus;
    readonly version?: number;
    readonly updatedAt?: string;
    /** Of systems that say neither: when it was read. */
    readonly readAt?: string;
  };
  /** When the source last changed it, where the source says so: an instant, or a timestamp with microseconds. */
  readonly modifiedAt?: string;
  /** Lower wins. */
  readonly priority: number;
  /** The event that won against this reservation or block; the ledger's to set. It keeps its time all the same. */
  readonly overriddenBy?: string;
  /** The event that shows the same booking as another source told it; the ledger's to set. */
  readonly mergedInto?: string;
  /** When staff freed its time although its source still shows it; ends when the source moves it. */
  readonly staffReleasedAt?: string;
  /** When a hold lapses by itself. */
  readonly until?: string;
  /** The run that last changed it. */
  readonly runId?: string;
  /** Grows with every change. */
  readonly revision: number;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly updatedAt: string;
}

/** True when the event keeps others from its time. */
export function holdsTime({ status }: Pick<LedgerEvent, 'status'>): boolean {
  return status === 'active' || status === 'missing';
}

/** The status to show of an event. */
export function shownStatus({ status, overriddenBy }: Pick<LedgerEvent, 'status' | 'overriddenBy'>): ShownStatus {
  return status === 'active' && overriddenBy !== undefined ? 'overridden' : status;
}

/** True for an event that its own source put there, false for one derived from a relative's. */
export function isOwn({ source }: Pick<LedgerEvent, 'source'>): boolean {
  return source.type !== 'inheritance';
}
