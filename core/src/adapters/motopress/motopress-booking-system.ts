import { NotFound } from '../../domain/errors.ts';
import { sha256Hex } from '../../domain/identity.ts';
import { toTimestamp } from '../../domain/interval.ts';
import type { BookingSystem } from '../../ports/booking-system.ts';
import type { Clock } from '../../ports/clock.ts';
import { bookingSchema, type WireBooking, type WireParts } from './booking-wire.ts';
import { findByNote, listKept, listSaved } from './list-bookings.ts';
import { callMotoPress } from './motopress-client.ts';
import { cancelBooking, changeBooking, type MotoPressSite, makeBooking } from './save-booking.ts';
import { type PartRef, partRefOf, toBooking, toBookings, toParts } from './to-bookings.ts';

export interface MotoPressOptions extends MotoPressSite {
  /** Also what the plugin imported from other calendars. */
  readonly takesImported: boolean;
}

/**
 * The Hotel Booking plugin of a WordPress site as a booking system: nights, one booking of ours for each accommodation
 * of one of theirs. It knows no versions and says nothing of when a booking was changed, so states carry the time they
 * were read. Keeps nothing between calls and never retries. Besides what the port promises, every method throws
 * InvalidInput when an answer breaks the contract. The plugin has no titles: `change` refuses one that is asked for
 * alone (`title_not_writable`) and passes over it beside other changes, as the answer then shows.
 */
export function createMotoPressBookingSystem(options: MotoPressOptions): BookingSystem {
  const { resourceIds, clock } = options;
  const isOurs = (booking: Pick<WireParts, 'imported'>) => options.takesImported || !booking.imported;
  return {
    async get(bookingId) {
      const readAt = beforeAsking(clock);
      const ref = partRefOf(bookingId);
      const booking = ref && (await find(options, ref));
      return ref && booking && isOurs(booking) ? toBooking(booking, ref.part, resourceIds, readAt) : null;
    },
    async listChanged(since, cursor) {
      const readAt = beforeAsking(clock);
      const { bookings, ...rest } = await listSaved(options, since, cursor);
      return { ...rest, bookings: bookings.filter(isOurs).flatMap((each) => toBookings(each, resourceIds, readAt)) };
    },
    async listHolding(date, cursor) {
      const { bookings, ...rest } = await listKept(options, date, cursor);
      return { ...rest, bookings: bookings.filter(isOurs).flatMap((booking) => toParts(booking, resourceIds)) };
    },
    async create(draft, idempotencyKey) {
      const note = `dovetail:${sha256Hex(idempotencyKey).slice(0, 32)}`;
      const made = (await findByNote(options, note)) ?? (await makeBooking(options, draft, note));
      return toBooking(made, 1, resourceIds, afterAnswer(clock));
    },
    async change(bookingId, change) {
      const { ref, booking } = await findKnown(options, bookingId);
      const changed = await changeBooking(options, booking, ref.part, change);
      return toBooking(changed, ref.part, resourceIds, afterAnswer(clock));
    },
    async cancel(bookingId) {
      const { ref, booking } = await findKnown(options, bookingId);
      const cancelled = await cancelBooking(options, booking, ref.part);
      return toBooking(cancelled, ref.part, resourceIds, afterAnswer(clock));
    },
  };
}

/** Whatever is read from now on is at least as late as this. */
function beforeAsking(clock: Clock): string {
  return toTimestamp(new Date(clock.now()).toISOString());
}

/** What we changed ourselves is later than whatever was asked for before the answer, be it within the millisecond. */
function afterAnswer(clock: Clock): string {
  return beforeAsking(clock).replace('000Z', '001Z');
}

async function find(options: MotoPressOptions, { bookingId }: PartRef): Promise<WireBooking | null> {
  try {
    const path = `/bookings/${bookingId}`;
    return (await callMotoPress(options, { method: 'GET', path, answer: bookingSchema })).value;
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
}

async function findKnown(
  options: MotoPressOptions,
  id: string,
): Promise<{ readonly ref: PartRef; readonly booking: WireBooking }> {
  const ref = partRefOf(id);
  const booking = ref && (await find(options, ref));
  if (ref && booking) return { ref, booking };
  throw new NotFound('MotoPress does not know the booking');
}
