import type { Booking, Guest } from '../../domain/booking.ts';
import { type ResourceIds, toOurResource } from '../../domain/resource-ids.ts';
import { STATUSES, type WireBooking, type WireParts, type WireReserved } from './booking-wire.ts';

/**
 * Which part of which booking an id of ours names. A MotoPress booking may take several accommodations, and is a
 * booking of ours for each: the first has MotoPress's own id, the others that id and their position (`123-2`). Positions
 * stay when an accommodation is exchanged for another, so a booking that moves keeps its id.
 */
export interface PartRef {
  readonly bookingId: number;
  /** Counted from 1. */
  readonly part: number;
}

/** The part an id names; null for an id that is none of MotoPress's. */
export function partRefOf(id: string): PartRef | null {
  const [, bookingId, part] = /^([1-9]\d{0,14})(?:-([2-9]|[1-9]\d))?$/.exec(id) ?? [];
  return bookingId === undefined ? null : { bookingId: Number(bookingId), part: Number(part ?? 1) };
}

function partIdOf({ bookingId, part }: PartRef): string {
  return part === 1 ? String(bookingId) : `${bookingId}-${part}`;
}

/** Every part of a booking in our terms. One that has none any more is over: its first part is cancelled. */
export function toBookings(booking: WireBooking, resourceIds: ResourceIds, readAt: string): Booking[] {
  const count = Math.max(booking.reserved_accommodations.length, 1);
  return Array.from({ length: count }, (_, index) => toBooking(booking, index + 1, resourceIds, readAt));
}

/** The ids and resources of a booking's parts. One without accommodations has none. */
export function toParts(
  { id, reserved_accommodations }: WireParts,
  resourceIds: ResourceIds,
): Pick<Booking, 'id' | 'resourceId'>[] {
  return reserved_accommodations.map(({ accommodation }, index) => ({
    id: partIdOf({ bookingId: id, part: index + 1 }),
    resourceId: toOurResource(String(accommodation), resourceIds),
  }));
}

/** One part of a booking in our terms; cancelled when the booking has so many parts no longer. */
export function toBooking(booking: WireBooking, part: number, resourceIds: ResourceIds, readAt: string): Booking {
  const reserved = booking.reserved_accommodations[part - 1];
  const isLast = part >= booking.reserved_accommodations.length;
  const guest = guestOf(booking, reserved);
  return {
    id: partIdOf({ bookingId: booking.id, part }),
    resourceId: reserved && toOurResource(String(reserved.accommodation), resourceIds),
    externalResourceId: reserved ? String(reserved.accommodation) : '',
    start: booking.check_in_date,
    end: booking.check_out_date,
    status: reserved ? STATUSES[booking.status] : 'cancelled',
    readAt,
    ...(isLast && { nextPartId: partIdOf({ bookingId: booking.id, part: part + 1 }) }),
    ...(guest && { guest }),
    // The plugin totals the booking, not its accommodations: said of each, it would be counted several times.
    ...(part === 1 && typeof booking.total_price === 'number' && { price: booking.total_price }),
    ...(part === 1 && booking.currency && { currency: booking.currency }),
  };
}

function guestOf({ customer }: WireBooking, reserved: WireReserved | undefined): Guest | undefined {
  const name = [customer?.first_name, customer?.last_name].map((each) => each?.trim()).filter(Boolean);
  const guestName = name.join(' ') || reserved?.guest_name?.trim();
  const phoneLast4 = /\d{4}$/.exec(customer?.phone?.replace(/\D/g, '') ?? '')?.[0];
  const guest: Guest = {
    ...(guestName && { name: guestName }),
    ...(customer?.email && { email: customer.email }),
    ...(customer?.phone && { phone: customer.phone }),
    ...(phoneLast4 !== undefined && { phoneLast4 }),
    ...(reserved && { count: reserved.adults + (reserved.children ?? 0) }),
  };
  return Object.keys(guest).length > 0 ? guest : undefined;
}
