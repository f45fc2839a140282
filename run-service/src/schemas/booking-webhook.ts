import { z } from 'zod';
import { time, timestamp } from './fields.ts';

const text = (most: number) => z.string().min(1).max(most);

/** An id or a code. Half a surrogate pair in it could not be stored, and mended it would be another one. */
const exactText = (most: number) => text(most).refine((value) => value.isWellFormed(), 'is not well-formed Unicode');

/** What a booking app sends. Fields we do not know are let pass: its own version may be newer than ours. */
export const bookingWebhookSchema = z
  .object({
    type: z.enum(['booking.created', 'booking.updated', 'booking.cancelled']),
    timestamp: time,
    data: z
      .object({
        id: exactText(200),
        resourceId: exactText(200).meta({ description: "The app's own id of it, or ours." }),
        start: time,
        end: time,
        status: z.enum(['pending', 'confirmed', 'cancelled', 'completed', 'no_show']),
        version: z
          .int()
          .nonnegative()
          .optional()
          .meta({ description: 'Grows with every change. One of version and updatedAt is required.' }),
        updatedAt: timestamp.optional().meta({
          description:
            'When it last changed. Orders its states where there are no versions: send all digits you have, six count.',
        }),
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
        currency: exactText(3).optional(),
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
