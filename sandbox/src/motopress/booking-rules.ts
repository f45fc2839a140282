import { addDays, isDate } from '@dovetail/core/domain/interval.ts';
import { LOCKING, nightsOf, type Reserved, type ReservedBody, type SiteBooking, typeOf } from './booking.ts';
import type { Site } from './site.ts';
import { saveError, setError } from './wp-error.ts';

// The plugin's checks, in its order. They come in two stages with different codes: while the fields of a request are
// set, one after the other, and when the whole is saved.

/** A date for a field. `notBefore` is today, for the check-in of a new booking alone. @throws WpError. */
export function checkDate(field: 'check_in_date' | 'check_out_date', value: string, notBefore?: string): string {
  const name = field === 'check_in_date' ? 'Check-in' : 'Check-out';
  if (!isDate(value)) throw setError(field, `${name} date is not valid.`);
  if (notBefore !== undefined && value < notBefore) {
    throw setError(field, 'Check-in date cannot be earlier than today.');
  }
  return value;
}

/**
 * The accommodations of a request, each with the rate of the dates. Booking rules are looked at for bookings that exist
 * and are still to come; for new ones they are not. @throws WpError.
 */
export function reserve(
  wanted: readonly ReservedBody[],
  stay: Pick<SiteBooking, 'check_in_date' | 'check_out_date'>,
  context: { readonly site: Site; readonly today: string; readonly isNew: boolean },
): Reserved[] {
  const { site, today, isNew } = context;
  const field = 'reserved_accommodations';
  return wanted.map(({ accommodation, adults, children = 0, services = [] }) => {
    const type = typeOf(accommodation, site);
    if (!type) throw setError(field, `Invalid accommodation: ${accommodation}.`);
    if (!isNew && stay.check_in_date > today && nightsOf(stay).length < type.minNights) {
      throw setError(field, `Invalid accommodation_type: ${type.id}. Selected dates do not meet booking rules`);
    }
    if (!isPriced(stay, site, today)) throw setError(field, 'There are no rates for requested dates.');
    return { accommodation, rate: type.rateId, adults, children, guest_name: '', services };
  });
}

/**
 * Whether a booking can be saved, whatever its status: even a cancellation is refused when somebody else has its nights.
 * @throws WpError.
 */
export function checkSave(
  booking: SiteBooking,
  others: Iterable<SiteBooking>,
  context: { readonly site: Site; readonly today: string },
): void {
  if (booking.imported) throw saveError('You cannot edit the imported booking.');
  if (booking.status === 'trash') throw saveError('You cannot edit the trashed booking.');
  if (booking.reserved.length === 0) throw saveError('There are no accommodations selected for reservation.');
  for (const { accommodation, adults, children } of booking.reserved) {
    const type = typeOf(accommodation, context.site);
    if (!isPriced(booking, context.site, context.today)) throw saveError('Rate is not valid.');
    if (adults > (type?.adults ?? 0)) throw saveError('Adults number is not valid.');
    if (children > (type?.children ?? 0)) throw saveError('Children number is not valid.');
    if (booking.check_out_date <= booking.check_in_date) {
      throw saveError('Check-out date cannot be earlier than check-in date.');
    }
  }
  const wanted = new Set(booking.reserved.map(({ accommodation }) => accommodation));
  for (const other of others) {
    if (other.id !== booking.id && locks(other, booking, wanted)) throw saveError('Dates unavailable for booking.');
  }
}

function locks(other: SiteBooking, stay: SiteBooking, wanted: ReadonlySet<number>): boolean {
  return (
    LOCKING.has(other.status) &&
    other.check_in_date < stay.check_out_date &&
    other.check_out_date > stay.check_in_date &&
    other.reserved.some(({ accommodation }) => wanted.has(accommodation))
  );
}

/** Rates have prices for the seasons that the site's owner has set up. */
function isPriced(
  { check_in_date, check_out_date }: Pick<SiteBooking, 'check_in_date' | 'check_out_date'>,
  { pricedDays }: Site,
  today: string,
): boolean {
  return check_in_date >= addDays(today, -pricedDays) && check_out_date <= addDays(today, pricedDays);
}
