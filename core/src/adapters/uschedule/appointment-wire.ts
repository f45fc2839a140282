import { z } from 'zod';
import type { Booking } from '../../domain/booking.ts';
import { InvalidInput } from '../../domain/errors.ts';
import { toInstant, toTimestamp } from '../../domain/interval.ts';
import { type ResourceIds, toOurResource } from '../../domain/resource-ids.ts';
import type { UnreadableBooking } from '../../ports/booking-system.ts';

/** An id of USchedule's. One with half a surrogate pair is none: it could be neither stored nor put into a URL. */
export const wireId = z
  .string()
  .min(1)
  .refine((id) => id.isWellFormed(), 'is not well-formed Unicode');

const instant = time(toInstant);

/**
 * An appointment as USchedule's contract states it, with start and end as canonical instants and updated_at as a
 * timestamp. Only what Dovetail uses is read; `external_ref` and the like pass unread.
 */
export const appointmentSchema = z
  .object({
    id: wireId,
    resource_id: wireId,
    start: instant,
    end: instant,
    status: z.enum(['pending', 'confirmed', 'cancelled', 'completed', 'no_show']),
    customer: z.object({ name: z.string().nullish() }).nullish(),
    title: z.string().nullish(),
    version: z.int().nonnegative(),
    updated_at: time(toTimestamp),
  })
  .refine(({ start, end }) => start < end, { path: ['end'], error: 'is not after start' });

const identitySchema = z.object({ id: wireId });

/** A page of appointments, each still to be read: one that breaks the contract must not hide the others. */
export const appointmentPageSchema = z
  .object({ data: z.array(z.unknown()), next_cursor: z.string().min(1).nullish(), has_more: z.boolean() })
  .refine((page) => !page.has_more || page.next_cursor, { path: ['next_cursor'], error: 'is missing' });

export type WireAppointment = z.output<typeof appointmentSchema>;

/** The appointment in our terms. */
export function toBooking(appointment: WireAppointment, resourceIds: ResourceIds): Booking {
  const guestName = appointment.customer?.name;
  return {
    id: appointment.id,
    resourceId: toOurResource(appointment.resource_id, resourceIds),
    externalResourceId: appointment.resource_id,
    start: appointment.start,
    end: appointment.end,
    status: appointment.status,
    version: appointment.version,
    updatedAt: appointment.updated_at,
    ...(appointment.title ? { title: appointment.title } : {}),
    ...(guestName ? { guest: { name: guestName } } : {}),
  };
}

/** The appointments of a page in our terms; those that break the contract are set aside. */
export function readPage(
  data: readonly unknown[],
  resourceIds: ResourceIds,
): { readonly bookings: readonly Booking[]; readonly unreadable: readonly UnreadableBooking[] } {
  const bookings: Booking[] = [];
  const unreadable: UnreadableBooking[] = [];
  for (const item of data) {
    const appointment = appointmentSchema.safeParse(item);
    if (appointment.success) bookings.push(toBooking(appointment.data, resourceIds));
    else {
      const paths = appointment.error.issues.map((issue) => issue.path.join('.'));
      unreadable.push({ bookingId: identitySchema.safeParse(item).data?.id, paths });
    }
  }
  return { bookings, unreadable };
}

/** A time in the form that `read` gives it. */
function time(read: (value: string) => string) {
  // `abort`: an unreadable time is reported as such and then compared with nothing.
  return z.iso.datetime({ offset: true, abort: true }).transform((value, context) => {
    try {
      return read(value);
    } catch (error) {
      // Some times that have the right form are none all the same: an offset may carry one beyond the year 9999.
      if (!(error instanceof InvalidInput)) throw error;
      context.issues.push({ code: 'custom', message: 'is not a time', input: value });
      return z.NEVER;
    }
  });
}
