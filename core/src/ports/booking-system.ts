import type { Booking } from '../domain/booking.ts';
import type { Interval } from '../domain/interval.ts';

/**
 * A system of record for bookings, in our terms: its resource ids are translated to ours and back. Every method may
 * throw RateLimited, TemporarilyUnavailable and AccessRevoked.
 */
export interface BookingSystem {
  /** The booking as it stands now; null when the system does not know it. */
  get(bookingId: string): Promise<Booking | null>;
  /** One page of the bookings changed at or after `since` (an instant), oldest first, cancelled ones included. */
  listChanged(since: string, cursor?: string): Promise<ChangedBookings>;
  /**
   * One page of the bookings that hold time after `date`, by their ids and resources. Only of systems in which a booking can be deleted
   * without a trace; where every booking is kept, `listChanged` tells of its end. What this leaves out may be there all
   * the same: only `get` says that the system does not know a booking.
   */
  listHolding?(date: string, cursor?: string): Promise<HoldingBookings>;
  /**
   * @throws Rejected with the system's reason, such as `slot_taken`. Repeating an `idempotencyKey` answers as the first
   * call did.
   */
  create(draft: BookingDraft, idempotencyKey: string): Promise<Booking>;
  /**
   * Changes the named fields of the booking and answers with the result.
   * @throws PreconditionFailed when its version is no longer `ifVersion`; Rejected (`slot_taken`, `past`, `locked`, …);
   * NotFound.
   */
  change(bookingId: string, change: BookingChange, ifVersion: number | undefined): Promise<Booking>;
  /** Cancels it; done also when it was cancelled already. @throws Rejected, NotFound. */
  cancel(bookingId: string, reason: string): Promise<Booking>;
}

export interface BookingDraft extends Interval {
  readonly resourceId: string;
  readonly title?: string;
  readonly guestName?: string;
}

export interface BookingChange {
  readonly interval?: Interval;
  readonly resourceId?: string;
  readonly title?: string;
}

export interface ChangedBookings {
  readonly bookings: readonly Booking[];
  /** Bookings the system sent in a form that cannot be used: set aside, so that one of them blocks no other. */
  readonly unreadable: readonly UnreadableBooking[];
  readonly nextCursor?: string;
}

export interface HoldingBookings {
  readonly bookings: readonly Pick<Booking, 'id' | 'resourceId'>[];
  readonly nextCursor?: string;
}

export interface UnreadableBooking {
  /** Undefined when not even its id could be read. */
  readonly bookingId: string | undefined;
  /** The fields that are missing or wrong. */
  readonly paths: readonly string[];
}
