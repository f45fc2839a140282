import { z } from 'zod';
import { time } from './fields.ts';

const text = (most: number) => z.string().min(1).max(most);

/** What a booking app sends. Fields we do not know are let pass: its own version may be newer than ours. */
export const bookingWebhookSchema = z
  .object({
    type: z.enum(['booking.created', 'booking.updated', 'booking.cancelled']),
    timestamp: time,
    data: z
      .object({
        id: text(200),
        resourceId: text(200).meta({ description: "The app's own id of it, or ours." }),
        start: time,
        end: time,
        status: z.enum(['pending', 'confirmed', 'cancelled', 'completed', 'no_show']),
        version: z.int().nonnegative().optional(),
        updatedAt: time.optional(),
        title: text(500).optional(),
        guest: z
          .object({
            name: text(200).optional(),
            email: text(320).optional(),
            phone: text(50).optional(),
            phoneLast4: text(4).optional(),
            count: z.int().nonnegative().optional(),
          })
          .optional(),
        price: z.number().nonnegative().optional(),
        currency: text(3).optional(),
      })
      .refine(({ version, updatedAt }) => version !== undefined || updatedAt !== undefined, {
        path: ['version'],
        error: 'is missing, and so is updatedAt: one of them must say which state is the later one',
      }),
  })
  .refine(({ type, data }) => type !== 'booking.cancelled' || data.status === 'cancelled', {
    path: ['data', 'status'],
    error: 'is not cancelled, as the type says',
  })
  .meta({ id: 'BookingWebhook' });
