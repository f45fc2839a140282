/** A kind of accommodation: who fits in, and what a night costs. */
export interface AccommodationType {
  readonly id: number;
  readonly title: string;
  readonly rateId: number;
  readonly pricePerNight: number;
  readonly adults: number;
  readonly children: number;
  /** A booking rule of the site: shorter stays are refused when an accommodation is chosen for a booking to come. */
  readonly minNights: number;
}

/** One thing that can be slept in. */
export interface Accommodation {
  readonly id: number;
  readonly typeId: number;
  readonly title: string;
}

/** A WordPress site with the Hotel Booking plugin, as its owner has set it up. */
export interface Site {
  /** IANA name; decides what day it is. */
  readonly timeZone: string;
  readonly currency: string;
  readonly checkInTime: string;
  readonly checkOutTime: string;
  /** Whether what is deleted goes to WordPress's bin first (`EMPTY_TRASH_DAYS`). */
  readonly hasBin: boolean;
  /** How many days ahead its rates have prices. */
  readonly pricedDays: number;
  readonly types: readonly AccommodationType[];
  readonly accommodations: readonly Accommodation[];
}

/** The site of the tenant `casa`: the whole house, and its three rooms. */
export const CASA_SITE: Site = {
  timeZone: 'America/Bogota',
  currency: 'USD',
  checkInTime: '15:00:00',
  checkOutTime: '11:00:00',
  hasBin: true,
  pricedDays: 730,
  types: [
    { id: 11, title: 'Whole house', rateId: 21, pricePerNight: 180, adults: 6, children: 3, minNights: 2 },
    { id: 12, title: 'Room', rateId: 22, pricePerNight: 60, adults: 2, children: 1, minNights: 1 },
  ],
  accommodations: [
    { id: 101, typeId: 11, title: 'Simmer Highs' },
    { id: 102, typeId: 12, title: 'Kaya' },
    { id: 103, typeId: 12, title: 'Sol' },
    { id: 104, typeId: 12, title: 'Mar' },
  ],
};
