import { z } from 'zod';
import { shownInstant, shownTime } from './fields.ts';

/** A guest in an answer. */
export const guestSchema = z
  .strictObject({
    name: z.string().optional(),
    email: z.string().optional(),
    phone: z.string().optional(),
    phoneLast4: z.string().optional(),
    count: z.number().optional(),
  })
  .meta({ id: 'Guest' });

/** The states of ledger entries. */
export const eventStatus = z.enum(['active', 'missing', 'overridden', 'released', 'cancelled']);

const sourceSchema = z.strictObject({
  type: z.enum(['booking-system', 'direct', 'feed', 'staff', 'binding', 'inheritance', 'import']),
  id: z.string(),
  externalUid: z.string(),
});

/** A ledger entry in an answer. */
export const eventSchema = z
  .strictObject({
    id: z.string(),
    resourceId: z.string(),
    kind: z.enum(['reservation', 'block', 'maintenance']),
    start: shownTime,
    end: shownTime,
    status: eventStatus,
    source: sourceSchema,
    platform: z.enum(['airbnb', 'booking.com', 'vrbo', 'motopress', 'generic']).optional(),
    title: z.string(),
    reservationCode: z.string().optional(),
    guest: guestSchema.optional(),
    price: z.number().optional(),
    currency: z.string().optional(),
    checkInTime: z.string().optional(),
    checkOutTime: z.string().optional(),
    causeEventId: z.string().optional(),
    echoOf: z.string().optional(),
    until: shownInstant.optional().meta({ description: 'Of a hold: when it lapses unless it is confirmed.' }),
    firstSeenAt: shownInstant,
    lastSeenAt: shownInstant,
    updatedAt: shownInstant,
    parts: z
      .array(z.strictObject({ start: shownTime, end: shownTime }))
      .readonly()
      .optional()
      .meta({ description: 'Of a block that reservations go before: what is left of it around them.' }),
    arrivesAfter: z.string().optional().meta({ description: 'The stay that ends on the day this one begins.' }),
    leavesBefore: z.string().optional().meta({ description: 'The stay that begins on the day this one ends.' }),
  })
  .meta({ id: 'Event' });
