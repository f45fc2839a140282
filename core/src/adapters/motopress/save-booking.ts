import { InvalidInput, Rejected } from '../../domain/errors.ts';
import { type Interval, isDate } from '../../domain/interval.ts';
import { type ResourceIds, toTheirResource } from '../../domain/resource-ids.ts';
import type { BookingChange, BookingDraft } from '../../ports/booking-system.ts';
import type { Clock } from '../../ports/clock.ts';
import { bookingSchema, STATUSES, type WireBooking, type WireReserved } from './booking-wire.ts';
import { explainRefusal, type WantedStay } from './explain-refusal.ts';
import { callMotoPress, type MotoPressConnection } from './motopress-client.ts';

/** A site, and what its accommodations are called here. */
export interface MotoPressSite extends MotoPressConnection {
  /** Accommodation ids → ours. */
  readonly resourceIds: ResourceIds;
  readonly clock: Clock;
}

/** A confirmed booking of one accommodation. `note` is what it can be found by again. @throws Rejected, InvalidInput. */
export async function makeBooking(site: MotoPressSite, draft: BookingDraft, note: string): Promise<WireBooking> {
  checkNights(draft);
  const accommodation = accommodationOf(draft.resourceId, site);
  const names = (draft.guestName ?? draft.title ?? '').trim().split(/\s+/);
  const body = {
    status: 'confirmed',
    check_in_date: draft.start,
    check_out_date: draft.end,
    customer: { first_name: names.slice(0, -1).join(' '), last_name: names.at(-1) },
    reserved_accommodations: [{ accommodation, adults: 1 }],
    note,
  };
  return save(site, '/bookings', body, { ...draft, accommodations: new Set([accommodation]) });
}

/** Moves a booking, or one of its accommodations (`part`, counted from 1) to another. @throws Rejected, InvalidInput. */
export async function changeBooking(
  site: MotoPressSite,
  booking: WireBooking,
  part: number,
  { interval, resourceId, title }: BookingChange,
): Promise<WireBooking> {
  if (isOver(booking, part))
    throw refusal('cancelled', 'the booking is cancelled, or has this accommodation no longer');
  refuseImported(booking);
  if (interval) {
    checkNights(interval);
    refuseShared(booking);
  }
  const reserved = booking.reserved_accommodations;
  const wanted =
    resourceId === undefined ? reserved : withAccommodation(reserved, part, accommodationOf(resourceId, site));
  const body = {
    ...(interval && { check_in_date: interval.start, check_out_date: interval.end }),
    // Sent only when it differs: the plugin then makes these records anew, without the names of their guests.
    ...(wanted !== reserved && { reserved_accommodations: wanted.map(reservedBody) }),
  };
  if (Object.keys(body).length > 0) {
    const stay = { ...stayOf({ ...booking, reserved_accommodations: [...wanted] }), ...interval };
    return save(site, `/bookings/${booking.id}`, body, stay);
  }
  if (title !== undefined) throw refusal('title_not_writable', 'MotoPress has no title of its own for a booking');
  return booking;
}

/** Cancels a booking of a single accommodation; done also when it is cancelled. @throws Rejected. */
export async function cancelBooking(site: MotoPressSite, booking: WireBooking, part: number): Promise<WireBooking> {
  if (isOver(booking, part)) return booking;
  refuseImported(booking);
  refuseShared(booking);
  return save(site, `/bookings/${booking.id}`, { status: 'cancelled' }, stayOf(booking));
}

/** A refusal comes with the reason that was found. */
async function save(site: MotoPressSite, path: string, body: unknown, wanted: WantedStay): Promise<WireBooking> {
  try {
    return (await callMotoPress(site, { method: 'POST', path, body, answer: bookingSchema })).value;
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    throw await explainRefusal(error, wanted, site, site.clock.now());
  }
}

function stayOf(booking: WireBooking): WantedStay {
  const accommodations = new Set(booking.reserved_accommodations.map(({ accommodation }) => accommodation));
  return { start: booking.check_in_date, end: booking.check_out_date, accommodations, bookingId: booking.id };
}

/** The same list when the part stands there already. */
function withAccommodation(
  reserved: readonly WireReserved[],
  part: number,
  accommodation: number,
): readonly WireReserved[] {
  if (reserved[part - 1]?.accommodation === accommodation) return reserved;
  return reserved.map((each, index) => (index === part - 1 ? { ...each, accommodation } : each));
}

function reservedBody({ accommodation, adults, children, guest_name, services }: WireReserved): unknown {
  return {
    accommodation,
    adults,
    children: children ?? 0,
    ...(guest_name && { guest_name }),
    services: (services ?? []).map(({ id, adults: guests, quantity }) => ({
      id,
      ...(typeof guests === 'number' && { adults: guests }),
      ...(typeof quantity === 'number' && { quantity }),
    })),
  };
}

function isOver({ status, reserved_accommodations }: WireBooking, part: number): boolean {
  return STATUSES[status] === 'cancelled' || part > reserved_accommodations.length;
}

function refuseImported({ imported }: WireBooking): void {
  if (imported) throw refusal('imported', 'MotoPress imported the booking; it can be changed where it came from only');
}

/** Its dates and status are those of all its accommodations: changing them for one would change the others' as well. */
function refuseShared({ reserved_accommodations }: WireBooking): void {
  if (reserved_accommodations.length < 2) return;
  throw refusal('several_accommodations', 'the booking has several accommodations; change it in MotoPress');
}

function accommodationOf(resourceId: string, { resourceIds }: MotoPressSite): number {
  const theirs = toTheirResource(resourceId, resourceIds);
  if (/^[1-9]\d{0,14}$/.test(theirs)) return Number(theirs);
  throw refusal('unknown_resource', `no accommodation of MotoPress is known for resource "${resourceId}"`);
}

function checkNights({ start, end }: Interval): void {
  if (!isDate(start) || !isDate(end)) throw new InvalidInput('MotoPress books nights', { paths: ['start', 'end'] });
}

function refusal(reason: string, message: string): Rejected {
  return new Rejected(message, { reason });
}
