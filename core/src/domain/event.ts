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

/**
 * Where an event comes from; `id` names the booking system, feed or binding, `externalUid` its name for the event.
 * `direct` is a booking made with us: the ledger itself is its booking system.
 */
export interface EventSource {
  readonly type: 'booking-system' | 'direct' | 'feed' | 'staff' | 'binding' | 'inheritance' | 'import';
  readonly id: string;
  readonly externalUid: string;
}

/** Where a feed or publication belongs. */
export type Platform = 'airbnb' | 'booking.com' | 'vrbo' | 'motopress' | 'generic';

/** What a source said of an event, in its own words. It may name guests: stored sealed, never logged. */
export interface RawEntry {
  readonly text: string;
  /** How many characters the source sent, where `text` is only the beginning of them. */
  readonly cutFrom?: number;
}

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
  /**
   * The event of ours that a platform collected and shows back to us as a closure of its own; the first, where several
   * took the time. Nothing follows from an echo, and when what it repeats is gone, it goes too.
   */
  readonly echoOf?: string;
  /** A closure that its platform showed before it could have collected the time of ours that covers it. */
  readonly showedFirst?: boolean;
  /** What the booking system last said, for events that come from one. */
  readonly booking?: {
    readonly status: BookingStatus;
    readonly version?: number;
    readonly updatedAt?: string;
    /** Of systems that say neither: when it was read. */
    readonly readAt?: string;
    /** Since when the system has said that it knows no such booking. */
    readonly lostSince?: string;
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
  /** When a hold lapses by itself; only holds, and what is derived from them, have it. */
  readonly until?: string;
  /**
   * The ledger revision of its resource with which it last changed what time it takes there; the ledger's to set. Whoever
   * collected an earlier revision does not know that time.
   */
  readonly timeRevision?: number;
  /**
   * Of an event that let go of its time and took the same again: the ledger revision with which it had let go; the
   * ledger's to set. Whoever collected an earlier one knows that time, although it changed since.
   */
  readonly freedRevision?: number;
  /** What its feed or file said when the event last changed. It decides nothing, and is no change by itself. */
  readonly raw?: RawEntry;
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

/** True for a hold whose time is up at `now`, an instant. Nobody has to write that down for it to be so. */
export function hasLapsed({ until }: Pick<LedgerEvent, 'until'>, now: string): boolean {
  return until !== undefined && until <= now;
}

/** The event as it stands at `now`: a hold that has lapsed let go of its time, although nobody wrote so. */
export function standingAt(event: LedgerEvent, now: string): LedgerEvent {
  return holdsTime(event) && hasLapsed(event, now) ? { ...event, status: 'released' } : event;
}

/** The status to show of an event. */
export function shownStatus({ status, overriddenBy }: Pick<LedgerEvent, 'status' | 'overriddenBy'>): ShownStatus {
  return status === 'active' && overriddenBy !== undefined ? 'overridden' : status;
}

/** True for bookings: reservations of a booking system, or made with us. */
export function isBooking({ kind, source }: Pick<LedgerEvent, 'kind' | 'source'>): boolean {
  return kind === 'reservation' && (source.type === 'booking-system' || source.type === 'direct');
}

/** True for an event that its own source put there, false for one derived from a relative's. */
export function isOwn({ source }: Pick<LedgerEvent, 'source'>): boolean {
  return source.type !== 'inheritance';
}
