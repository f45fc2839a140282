import { z } from 'zod';
import { shownInstant } from './fields.ts';

/** A booking system in an answer: without its address and keys. */
export const bookingSystemSchema = z
  .strictObject({
    id: z.string(),
    type: z.enum(['uschedule', 'webhook', 'motopress']),
    isAsked: z.boolean().meta({ description: 'False for one that can only send to us.' }),
    resourceIds: z.record(z.string(), z.string()).meta({ description: "The system's resource ids, and ours." }),
    priority: z.int(),
    polledUntil: shownInstant.optional(),
    lastAuditAt: shownInstant.optional(),
    removalsHeldAt: shownInstant
      .optional()
      .meta({ description: 'Many of its bookings are unknown to it, and wait for `:accept`.' }),
    createdAt: shownInstant,
  })
  .meta({ id: 'BookingSystem' });
