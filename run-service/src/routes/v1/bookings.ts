import { z } from 'zod';
import { Problem } from '../../middleware/problem.ts';
import { defineOperation, type Operation } from '../../operations/operation.ts';
import { presentBooking } from '../../present/booking.ts';
import {
  bookingChangeSchema,
  bookingDraftSchema,
  bookingSchema,
  byBookingId,
  cancellationSchema,
} from '../../schemas/booking.ts';
import { chosenId, time } from '../../schemas/fields.ts';
import { invitationDraftSchema, invitationSchema } from '../../schemas/invitation.ts';
import { pageFields, pageOf } from '../../schemas/page.ts';
import { findBooking, isBooking } from './find-booking.ts';
import { inviteToBooking } from './invite-to-booking.ts';
import { listEvents } from './list-events.ts';
import { requireResource } from './require-resource.ts';
import { timeWindow } from './time-window.ts';
import { cancelBooking, changeBooking, createBooking } from './write-booking.ts';

/** Reservations of the tenant's booking system. Writes go through that system, which may refuse them. */
export const bookingOperations: readonly Operation[] = [
  defineOperation({
    id: 'listBookings',
    method: 'get',
    path: '/v1/bookings',
    role: 'staff',
    summary: 'Bookings that share time with the window; in whole days (UTC) when no resource is named',
    query: z.strictObject({
      resourceId: chosenId.optional(),
      from: time.optional(),
      to: time.optional(),
      ...pageFields,
    }),
    response: pageOf(bookingSchema),
    handle: async ({ tenantId, query }, deps) => {
      const { resourceId } = query;
      const resource = resourceId === undefined ? undefined : await requireResource(tenantId, resourceId, deps);
      const window = timeWindow(query, resource?.kind, deps.clock.now());
      const page = await listEvents({ tenantId, resourceId, window, keep: isBooking, page: query }, deps);
      return { ...page, items: page.items.map(presentBooking) };
    },
  }),
  defineOperation({
    id: 'createBooking',
    method: 'post',
    path: '/v1/bookings',
    role: 'manager',
    summary: 'Make a booking in the booking system',
    body: bookingDraftSchema,
    status: 201,
    response: bookingSchema,
    handle: async ({ tenantId, body, idempotencyKey }, deps) =>
      presentBooking(await createBooking(tenantId, body, idempotencyKey ?? deps.newId(), deps)),
  }),
  defineOperation({
    id: 'getBooking',
    method: 'get',
    path: '/v1/bookings/{id}',
    role: 'staff',
    summary: "One booking, by our id or its booking system's own",
    params: byBookingId,
    response: bookingSchema,
    handle: async ({ tenantId, params }, deps) => presentBooking(await findBooking(tenantId, params.id, deps)),
  }),
  defineOperation({
    id: 'changeBooking',
    method: 'patch',
    path: '/v1/bookings/{id}',
    role: 'manager',
    summary: 'Move or retitle a booking',
    params: byBookingId,
    body: bookingChangeSchema,
    response: bookingSchema,
    handle: async ({ tenantId, params, body }, deps) =>
      presentBooking(await changeBooking(tenantId, params.id, body, deps)),
  }),
  defineOperation({
    id: 'cancelBooking',
    method: 'post',
    path: '/v1/bookings/{id}:cancel',
    role: 'manager',
    summary: 'Cancel a booking',
    params: byBookingId,
    body: cancellationSchema,
    response: bookingSchema,
    handle: async ({ tenantId, params, body }, deps) =>
      presentBooking(await cancelBooking(tenantId, params.id, body?.reason ?? 'cancelled by staff', deps)),
  }),
  defineOperation({
    id: 'inviteToBooking',
    method: 'post',
    path: '/v1/bookings/{id}:invite',
    role: 'staff',
    summary:
      'The iCalendar message (RFC 5546) that invites to a booking, tells of its changes or, once it is cancelled, calls it off; for you to mail, as nothing is sent from here',
    params: byBookingId,
    body: invitationDraftSchema,
    response: invitationSchema,
    otherForm: {
      mediaType: 'text/calendar',
      write: ({ method, ics }) => ({ contentType: `text/calendar; method=${method}; charset=utf-8`, text: ics }),
    },
    handle: ({ tenantId, params, body }, deps) => inviteToBooking(tenantId, params.id, body, deps),
  }),
  defineOperation({
    id: 'confirmBooking',
    method: 'post',
    path: '/v1/bookings/{id}:confirm',
    role: 'manager',
    summary: 'Confirm a held booking; the bookings of a booking system are confirmed there',
    params: byBookingId,
    response: bookingSchema,
    handle: async ({ tenantId, params }, deps) => {
      const { status, source } = presentBooking(await findBooking(tenantId, params.id, deps));
      throw new Problem(
        'unprocessable',
        status === 'held'
          ? `The booking is held in "${source.id}", which confirms it. Confirm it there.`
          : `Only a held booking can be confirmed; this one is ${status}.`,
      );
    },
  }),
];
