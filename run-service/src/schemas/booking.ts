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

const bookedGuest = z
  .strictObject({
    name: shortText.exactOptional(),
    email: z.email().max(320).exactOptional(),
    phone: z.string().trim().min(3).max(50).exactOptional(),
    count: z.int().min(1).max(1000).exactOptional(),
  })
  .meta({ description: 'A booking system takes no more than the name.' });

const ignoreRules = z.boolean().default(false).meta({
  description: 'Staff may book outside opening hours, lengths, notice and buffers. What is taken stays taken.',
});

const MOST_HOLD_MINUTES = 31 * 24 * 60;

/** A new booking. */
export const bookingDraftSchema = z
  .strictObject({
    resourceId: chosenId,
    start: time,
    end: time,
    title: shortText.optional(),
    guest: bookedGuest.optional(),
    hold: z.boolean().default(false).meta({
      description: 'Takes the time until it is confirmed or lapses; no calendar shows it. Not with a booking system.',
    }),
    holdMinutes: z
      .int()
      .min(1)
      .max(MOST_HOLD_MINUTES)
      .optional()
      .meta({ description: 'How long it is held: 15 minutes when absent, for guests 60 at most.' }),
    holdExpiresAt: time.optional().meta({ description: 'Or when it lapses: an instant.' }),
    ignoreRules,
  })
  .refine(({ hold, holdMinutes }) => hold || holdMinutes === undefined, {
    path: ['holdMinutes'],
    error: 'is for holds',
  })
  .refine(({ hold, holdExpiresAt }) => hold || holdExpiresAt === undefined, {
    path: ['holdExpiresAt'],
    error: 'is for holds',
  })
  .refine(({ holdMinutes, holdExpiresAt }) => holdMinutes === undefined || holdExpiresAt === undefined, {
    path: ['holdExpiresAt'],
    error: 'says with holdMinutes twice when it lapses',
  });

/** A field that is absent stays. */
export const bookingChangeSchema = z
  .strictObject({
    start: time.optional(),
    end: time.optional(),
    resourceId: chosenId.optional(),
    title: shortText.optional(),
    guest: bookedGuest.optional(),
    ignoreRules,
  })
  .refine(({ ignoreRules: _, ...change }) => Object.keys(change).length > 0, 'names nothing to change');

/** What is known by now of who comes. */
export const confirmationSchema = z
  .strictObject({ title: shortText.optional(), guest: bookedGuest.optional() })
  .optional();

/** Why a booking is cancelled, if the caller says. */
export const cancellationSchema = z.strictObject({ reason: shortText.optional() }).optional();
