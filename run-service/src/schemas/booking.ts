import { z } from 'zod';
import { guestSchema } from './event.ts';
import { chosenId, shortText, shownInstant, shownTime, time } from './fields.ts';

/** A booking in an answer. */
export const bookingSchema = z
  .strictObject({
    id: z.string().meta({ description: "The ledger's id; the booking system's own is `source.externalUid`." }),
    resourceId: z.string(),
    start: shownTime,
    end: shownTime,
    status: z.enum(['held', 'confirmed', 'cancelled']),
    holdExpiresAt: shownInstant.optional(),
    guest: guestSchema.optional(),
    title: z.string().optional(),
    source: z.strictObject({ type: z.string(), id: z.string(), externalUid: z.string() }),
    version: z.number().optional().meta({ description: "The booking system's." }),
    createdAt: shownInstant,
    updatedAt: shownInstant,
  })
  .meta({ id: 'Booking' });

/** A booking's path parameter: our id of it or its booking system's own. */
export const byBookingId = z.strictObject({ id: z.string().min(1).max(200) });

/** What a new booking holds beyond its title; a booking system takes no more of a guest than the name. */
export const bookingDraftSchema = z.strictObject({
  resourceId: chosenId,
  start: time,
  end: time,
  title: shortText.optional(),
  guest: z.strictObject({ name: shortText }).optional(),
  hold: z.boolean().default(false),
});

/** A field that is absent stays. */
export const bookingChangeSchema = z
  .strictObject({
    start: time.optional(),
    end: time.optional(),
    resourceId: chosenId.optional(),
    title: shortText.optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'names nothing to change');

/** Why a booking is cancelled, if the caller says. */
export const cancellationSchema = z.strictObject({ reason: shortText.optional() }).optional();
