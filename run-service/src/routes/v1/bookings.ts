import { isBooking } from '@dovetail/core/domain/event.ts';
import { z } from 'zod';
import { defineOperation, type Operation } from '../../operations/operation.ts';
import { presentBooking, presentBookingTo } from '../../present/booking.ts';
import {
  bookingChangeSchema,
  bookingDraftSchema,
  bookingSchema,
  byBookingId,
  cancellationSchema,
  confirmationSchema,
} from '../../schemas/booking.ts';
import { chosenId, time } from '../../schemas/fields.ts';
import { invitationDraftSchema, invitationSchema } from '../../schemas/invitation.ts';
import { pageFields, pageOf } from '../../schemas/page.ts';
import { findBooking } from './find-booking.ts';
import { inviteToBooking } from './invite-to-booking.ts';
import { listEvents } from './list-events.ts';
import { requireResource } from './require-resource.ts';
import { timeWindow } from './time-window.ts';
import { cancelBooking, changeBooking, confirmBooking, createBooking } from './write-booking.ts';

/**
 * Reservations of the tenant's booking system, through which writes go and which may refuse them; or, for tenants without
 * one, reservations made with us.
 */
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
    role: 'guest',
    summary: 'Make a booking, or hold its time; in the booking system if there is one, which takes the role manager',
    body: bookingDraftSchema,
    status: 201,
    response: bookingSchema,
    handle: async ({ body, ...asking }, deps) => presentBookingTo(asking.role, await createBooking(asking, body, deps)),
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
    role: 'staff',
    summary: 'Move a booking, or say something else of it; one of a booking system takes the role manager',
    params: byBookingId,
    body: bookingChangeSchema,
    response: bookingSchema,
    handle: async ({ params, body, ...asking }, deps) =>
      presentBooking(await changeBooking(asking, params.id, body, deps)),
  }),
  defineOperation({
    id: 'cancelBooking',
    method: 'post',
    path: '/v1/bookings/{id}:cancel',
    role: 'guest',
    summary: 'Cancel a booking: guests a hold, staff any made with us, managers those of a booking system',
    params: byBookingId,
    body: cancellationSchema,
    response: bookingSchema,
    handle: async ({ params, body, ...asking }, deps) =>
      presentBookingTo(asking.role, await cancelBooking(asking, params.id, body?.reason, deps)),
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
    role: 'guest',
    summary: 'Confirm a hold, also one that has lapsed if its time is still free; a booking system confirms its own',
    params: byBookingId,
    body: confirmationSchema,
    response: bookingSchema,
    handle: async ({ params, body, ...asking }, deps) =>
      presentBookingTo(asking.role, await confirmBooking(asking, params.id, body, deps)),
  }),
];
