import type { Interval } from './interval.ts';

/** The status of a booking as its booking system states it. */
export type BookingStatus = 'pending' | 'confirmed' | 'cancelled' | 'completed' | 'no_show';

/** Who comes. Personal data: stored sealed, never logged. */
export interface Guest {
  readonly name?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly phoneLast4?: string;
  readonly count?: number;
}

/**
 * A reservation as a booking system states it, in our terms. `resourceId` is ours: the adapter translated it, or left
 * it `undefined` with the system's own id in `externalResourceId` when no resource of the tenant answers to that.
 */
export interface Booking extends Interval {
  readonly id: string;
  readonly resourceId: string | undefined;
  readonly externalResourceId: string;
  readonly status: BookingStatus;
  /**
   * Orders two states of one booking; `updatedAt` does where a system has no versions. One of them is there, or
   * `readAt` is. `updatedAt` is a timestamp (`toTimestamp`), because a booking may well be saved twice within a second.
   */
  readonly version?: number;
  readonly updatedAt?: string;
  /**
   * When this state was read, of systems that say nothing of when they changed it: a timestamp, of before the system
   * was asked, or after it answered to a change of ours. It makes no state new that says what is known.
   */
  readonly readAt?: string;
  /**
   * Of systems whose one booking may take several resources, and is a booking of ours for each: what the next of these
   * would be called. Should it be known, it is gone.
   */
  readonly nextPartId?: string;
  readonly title?: string;
  readonly guest?: Guest;
  readonly price?: number;
  readonly currency?: string;
}

/** Where a stored booking stands in its system's order of states. `updatedAt` is a timestamp. */
export interface BookingOrder {
  readonly version?: number | undefined;
  readonly updatedAt?: string | undefined;
  readonly readAt?: string | undefined;
}

/**
 * True when `candidate` is a later state than `known`. Versions decide where both have one, otherwise `updatedAt`
 * does, otherwise `readAt`; a state with none of them is never newer, so a redelivery changes nothing.
 */
export function isNewer(candidate: BookingOrder, known: BookingOrder): boolean {
  if (candidate.version !== undefined && known.version !== undefined) return candidate.version > known.version;
  if (candidate.updatedAt !== undefined && known.updatedAt !== undefined) return candidate.updatedAt > known.updatedAt;
  if (candidate.readAt !== undefined && known.readAt !== undefined) return candidate.readAt > known.readAt;
  return false;
}
