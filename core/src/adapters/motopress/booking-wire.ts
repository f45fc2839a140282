import { z } from 'zod';
import type { BookingStatus } from '../../domain/booking.ts';
import { isDate } from '../../domain/interval.ts';

/** What the plugin's statuses mean to us. A pending booking holds its nights, an abandoned one does not. */
export const STATUSES = {
  confirmed: 'confirmed',
  pending: 'pending',
  'pending-user': 'pending',
  'pending-payment': 'pending',
  cancelled: 'cancelled',
  abandoned: 'cancelled',
  trash: 'cancelled',
} as const satisfies Readonly<Record<string, BookingStatus>>;

export type WireStatus = keyof typeof STATUSES;

/** The statuses in which a booking keeps others from its nights. */
export const HOLDING_STATUSES: readonly WireStatus[] = ['confirmed', 'pending', 'pending-user', 'pending-payment'];

const date = z.string().refine(isDate, { error: 'is not a date', abort: true });
/** WordPress keeps numbers as text, and not every getter turns them back. */
const count = z.union([z.int(), z.string().regex(/^\d{1,9}$/)]).transform(Number);
const text = z.string().nullish();

const serviceSchema = z.object({ id: count, adults: count.nullish(), quantity: count.nullish() });

/** One accommodation of a booking. */
const reservedSchema = z.object({
  accommodation: count,
  adults: count,
  children: count.nullish(),
  guest_name: text,
  services: z.array(serviceSchema).nullish(),
});

/**
 * A booking as the plugin's REST API states it. Only what Dovetail uses is read; prices by day, taxes, payments and the
 * like pass unread. It says when a booking was created, but not when it was last changed.
 */
export const bookingSchema = z
  .object({
    id: z.int().positive(),
    status: z.enum(Object.keys(STATUSES) as WireStatus[]),
    check_in_date: date,
    check_out_date: date,
    customer: z.object({ first_name: text, last_name: text, email: text, phone: text }).nullish(),
    reserved_accommodations: z.array(reservedSchema),
    currency: text,
    total_price: z.number().nullish(),
    imported: z.boolean().nullish(),
  })
  .refine((booking) => booking.check_in_date < booking.check_out_date, {
    path: ['check_out_date'],
    error: 'is not after check_in_date',
  });

/** A page of bookings, each still to be read: one that breaks the contract must not hide the others. */
export const bookingListSchema = z.array(z.unknown());

/** As much of a booking as says what its parts are called here and what they take. */
export const partsSchema = z.object({
  id: z.int().positive(),
  imported: z.boolean().nullish(),
  reserved_accommodations: z.array(z.object({ accommodation: count })),
});
export type WireParts = z.output<typeof partsSchema>;

/** A booking of which nothing else may be readable. */
export const identitySchema = z.object({ id: z.int().positive() });

export type WireBooking = z.output<typeof bookingSchema>;
export type WireReserved = WireBooking['reserved_accommodations'][number];
