import type { Booking } from '../../domain/booking.ts';
import { NotFound } from '../../domain/errors.ts';
import { type ResourceIds, toTheirResource } from '../../domain/resource-ids.ts';
import type { BookingChange, BookingDraft, BookingSystem } from '../../ports/booking-system.ts';
import {
  appointmentPageSchema,
  appointmentSchema,
  readPage,
  toBooking,
  type WireAppointment,
} from './appointment-wire.ts';
import { callUSchedule, type UScheduleConnection } from './uschedule-client.ts';

export interface UScheduleOptions extends UScheduleConnection {
  readonly resourceIds: ResourceIds;
}

const PAGE_SIZE = 200;

/**
 * USchedule as a booking system, on the contract we propose to it (it publishes none). Keeps nothing between calls
 * and never retries: the caller does. Besides what the port promises, every method throws InvalidInput when an answer
 * breaks the contract.
 */
export function createUScheduleBookingSystem(options: UScheduleOptions): BookingSystem {
  const booking = (appointment: WireAppointment) => toBooking(appointment, options.resourceIds);
  return {
    async get(bookingId) {
      const appointment = await find(options, bookingId);
      return appointment && booking(appointment);
    },
    async listChanged(since, cursor) {
      const query = new URLSearchParams({ updated_since: since, include: 'cancelled', limit: String(PAGE_SIZE) });
      if (cursor !== undefined) query.set('cursor', cursor);
      const page = await callUSchedule(options, {
        method: 'GET',
        path: `/v1/appointments?${query}`,
        answer: appointmentPageSchema,
      });
      const read = readPage(page.data, options.resourceIds);
      return page.has_more && page.next_cursor ? { ...read, nextCursor: page.next_cursor } : read;
    },
    async create(draft, idempotencyKey) {
      return booking(
        await callUSchedule(options, {
          method: 'POST',
          path: '/v1/appointments',
          headers: { 'idempotency-key': idempotencyKey },
          body: draftBody(draft, options.resourceIds),
          answer: appointmentSchema,
        }),
      );
    },
    async change(bookingId, change, ifVersion) {
      return booking(await patch(options, bookingId, change, ifVersion));
    },
    async cancel(bookingId, reason) {
      return booking(
        await callUSchedule(options, {
          method: 'POST',
          path: `${pathOf(bookingId)}/cancel`,
          body: { reason },
          answer: appointmentSchema,
        }),
      );
    },
  };
}

async function find(options: UScheduleOptions, bookingId: string): Promise<WireAppointment | null> {
  try {
    return await callUSchedule(options, { method: 'GET', path: pathOf(bookingId), answer: appointmentSchema });
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
}

async function patch(
  options: UScheduleOptions,
  bookingId: string,
  change: BookingChange,
  ifVersion: number | undefined,
): Promise<WireAppointment> {
  // USchedule changes nothing without a version; a caller that has none accepts whichever stands now.
  const version = ifVersion ?? (await find(options, bookingId))?.version;
  if (version === undefined) throw new NotFound('USchedule does not know the booking');
  return callUSchedule(options, {
    method: 'PATCH',
    path: pathOf(bookingId),
    headers: { 'if-match': `"${version}"` },
    body: {
      ...(change.interval && { start: change.interval.start, end: change.interval.end }),
      ...(change.resourceId !== undefined && { resource_id: toTheirResource(change.resourceId, options.resourceIds) }),
      ...(change.title !== undefined && { title: change.title }),
    },
    answer: appointmentSchema,
  });
}

function draftBody(draft: BookingDraft, resourceIds: ResourceIds): unknown {
  return {
    resource_id: toTheirResource(draft.resourceId, resourceIds),
    start: draft.start,
    end: draft.end,
    ...(draft.title !== undefined && { title: draft.title }),
    ...(draft.guestName !== undefined && { customer: { name: draft.guestName } }),
  };
}

function pathOf(bookingId: Booking['id']): string {
  return `/v1/appointments/${encodeURIComponent(bookingId)}`;
}
