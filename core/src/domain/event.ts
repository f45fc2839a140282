import type { BookingStatus, Guest } from './booking.ts';
import type { Interval } from './interval.ts';

/** Why the time is taken: somebody comes, it is closed, or work is done there. */
export type EventKind = 'reservation' | 'block' | 'maintenance';

/**
 * `active`, `missing` and overridden reservations hold their time; `released` and `cancelled` do not.
 * `missing` means its source no longer shows it but the evidence is not yet enough to free its time.
 */
export type EventStatus = 'active' | 'missing' | 'overridden' | 'released' | 'cancelled';

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
  readonly platform?: Platform;
  readonly title: string;
  readonly reservationCode?: string;
  readonly guest?: Guest;
  /** What the stay costs, in `currency`'s major unit. */
  readonly price?: number;
  readonly currency?: string;
  readonly checkInTime?: string;
  readonly checkOutTime?: string;
  /** The event of a relative that this one is derived from. */
  readonly causeEventId?: string;
  /** The event of ours that a platform collected and shows back to us as a closure of its own. */
  readonly echoOf?: string;
  /** What the booking system last said, for events that come from one. */
  readonly booking?: {
    readonly status: BookingStatus;
    readonly version?: number;
    readonly updatedAt?: string;
  };
  /** Lower wins. */
  readonly priority: number;
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
export function holdsTime(event: Pick<LedgerEvent, 'status' | 'kind'>): boolean {
  if (event.status === 'overridden') return event.kind === 'reservation';
  return event.status === 'active' || event.status === 'missing';
}
