import { addDays } from '@dovetail/core/domain/interval.ts';
import { z } from 'zod';
import type { Site } from './site.ts';

/** What an API caller may set. `trash` is only reached by deleting. */
export const SETTABLE_STATUSES = [
  'pending-user',
  'pending-payment',
  'pending',
  'abandoned',
  'confirmed',
  'cancelled',
] as const;
export type SiteStatus = (typeof SETTABLE_STATUSES)[number] | 'trash';

/** In these a booking keeps its accommodations from others (the plugin's `lock_room`). */
export const LOCKING: ReadonlySet<SiteStatus> = new Set(['pending-user', 'pending-payment', 'pending', 'confirmed']);

/** What the website gives a booking that says no status. */
export const DEFAULT_STATUS = 'pending-user';

const EMPTY_CUSTOMER = {
  first_name: '',
  last_name: '',
  email: '',
  phone: '',
  country: '',
  state: '',
  city: '',
  zip: '',
  address1: '',
};
export type Customer = typeof EMPTY_CUSTOMER;

/** One accommodation of a booking. */
export interface Reserved {
  readonly accommodation: number;
  readonly rate: number;
  readonly adults: number;
  readonly children: number;
  readonly guest_name: string;
  readonly services: readonly z.output<typeof serviceSchema>[];
}

/** A booking as the simulator keeps it; times are UTC instants of whole seconds, as WordPress stores them. */
export interface SiteBooking {
  readonly id: number;
  readonly status: SiteStatus;
  readonly createdAt: string;
  readonly modifiedAt: string;
  readonly check_in_date: string;
  readonly check_out_date: string;
  readonly customer: Customer;
  readonly reserved: readonly Reserved[];
  readonly note: string;
  readonly imported: boolean;
}

const serviceSchema = z.object({ id: z.int(), adults: z.int().optional(), quantity: z.int().optional() });

/** What may be sent of an accommodation. A guest's name is taken and dropped, as the plugin does. */
const reservedSchema = z.object({
  accommodation: z.int(),
  adults: z.int().min(1),
  children: z.int().min(0).optional(),
  guest_name: z.string().optional(),
  services: z.array(serviceSchema).optional(),
});

/** The writable fields of a booking. As in WordPress, whatever else is sent is passed over. */
export const bodySchema = z.object({
  status: z.enum(SETTABLE_STATUSES).optional(),
  check_in_date: z.string().optional(),
  check_out_date: z.string().optional(),
  customer: z
    .object({
      first_name: z.string().optional(),
      last_name: z.string().optional(),
      email: z.union([z.email(), z.literal('')]).optional(),
      phone: z.string().optional(),
    })
    .optional(),
  reserved_accommodations: z.array(reservedSchema).optional(),
  note: z.string().optional(),
});
export type BookingBody = z.output<typeof bodySchema>;
export type ReservedBody = z.output<typeof reservedSchema>;

/** Without these nothing is created. */
export const REQUIRED_FIELDS = ['check_in_date', 'check_out_date', 'reserved_accommodations'] as const;

/** The customer with the fields of a request laid over it. */
export function withCustomer(customer: Customer | undefined, body: BookingBody['customer']): Customer {
  const said = Object.entries(body ?? {}).filter(([, value]) => value !== undefined);
  return { ...EMPTY_CUSTOMER, ...customer, ...Object.fromEntries(said) };
}

/** The nights of a stay, by their dates. */
export function nightsOf({ check_in_date, check_out_date }: Pick<SiteBooking, 'check_in_date' | 'check_out_date'>) {
  const nights: string[] = [];
  for (let night = check_in_date; night < check_out_date; night = addDays(night, 1)) nights.push(night);
  return nights;
}

/** What all the nights of all its accommodations cost. */
export function totalOf(booking: SiteBooking, site: Site): number {
  const perNight = booking.reserved.map(({ accommodation }) => typeOf(accommodation, site)?.pricePerNight ?? 0);
  return nightsOf(booking).length * perNight.reduce((sum, price) => sum + price, 0);
}

export function typeOf(accommodationId: number, { types, accommodations }: Site) {
  const accommodation = accommodations.find(({ id }) => id === accommodationId);
  return types.find(({ id }) => id === accommodation?.typeId);
}
