import type { Booking } from '@dovetail/core/domain/booking.ts';
import { openText } from '@dovetail/core/store/sealed-text.ts';
import { acceptBooking, bookingContext } from '@dovetail/core/sync/accept-booking.ts';
import { z } from 'zod';
import type { TaskDefinition } from './task.ts';

export const acceptBookingTask: TaskDefinition<'accept-booking'> = {
  queue: 'accept-booking',
  payload: z.object({
    tenantId: z.string(),
    systemId: z.string(),
    bookingId: z.string(),
    webhookId: z.string().optional(),
    sealedBooking: z.string().optional(),
  }) as TaskDefinition<'accept-booking'>['payload'],
  run: ({ tenantId, systemId, bookingId, webhookId, sealedBooking }, deps) =>
    acceptBooking(
      {
        tenantId,
        systemId,
        bookingId,
        webhookId,
        ...(sealedBooking !== undefined && {
          booking: openText<Booking>(deps.sealer, sealedBooking, bookingContext(tenantId, systemId)),
        }),
      },
      deps,
    ),
};
