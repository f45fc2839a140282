import { Temporal } from 'temporal-polyfill';
import { nightsOf, type Reserved, type SiteBooking, totalOf, typeOf } from './booking.ts';
import type { Site } from './site.ts';

/** A booking as the API answers it, every field of the real one. It says when it was created, but not when changed. */
export function presentBooking(booking: SiteBooking, site: Site, apiUrl: string) {
  const { id, status, check_in_date, check_out_date, customer, note, imported } = booking;
  const self = `${apiUrl}/bookings/${id}`;
  return {
    id,
    status,
    date_created: localTime(booking.createdAt, site.timeZone),
    date_created_utc: booking.createdAt.slice(0, 19),
    key: `booking_${id}_${Date.parse(booking.createdAt) / 1000}`,
    check_in_date,
    check_out_date,
    check_in_time: site.checkInTime,
    check_out_time: site.checkOutTime,
    customer,
    reserved_accommodations: booking.reserved.map((reserved) => presentReserved(reserved, booking, site)),
    coupon_code: '',
    currency: site.currency,
    total_price: totalOf(booking, site),
    checkout_id: '',
    payments: [],
    imported,
    ical_description: '',
    ical_prodid: imported ? '-//Another platform//EN' : '',
    ical_summary: imported ? 'Reserved' : '',
    note,
    internal_notes: [],
    _links: { self: [{ href: self }], collection: [{ href: `${apiUrl}/bookings` }] },
  };
}
export type WireSiteBooking = ReturnType<typeof presentBooking>;

function presentReserved(reserved: Reserved, booking: SiteBooking, site: Site) {
  const type = typeOf(reserved.accommodation, site);
  return {
    accommodation: reserved.accommodation,
    accommodation_type: type?.id ?? 0,
    rate: reserved.rate,
    adults: reserved.adults,
    children: reserved.children,
    guest_name: reserved.guest_name,
    services: reserved.services.map((service) => ({ ...service, price: 0 })),
    accommodation_price_per_days: nightsOf(booking).map((date) => ({ date, price: type?.pricePerNight ?? 0 })),
    fees: [],
    taxes: { accommodation: [], services: [], fees: [] },
    discount: 0,
  };
}

function localTime(instant: string, timeZone: string): string {
  return Temporal.Instant.from(instant)
    .toZonedDateTimeISO(timeZone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'second' });
}
