import { z } from 'zod';
import { shownInstant, shownTime } from './fields.ts';
import { pageFields } from './page.ts';

const conflictType = z.enum(['double-booking', 'reservation-block', 'partial-overlap', 'parent-child']);
const conflictStatus = z.enum(['open', 'resolved']);

/** A conflict in an answer. */
export const conflictSchema = z
  .strictObject({
    id: z.string(),
    resourceId: z.string(),
    type: conflictType,
    eventIds: z.array(z.string()).length(2).readonly(),
    start: shownTime,
    end: shownTime,
    status: conflictStatus,
    winnerEventId: z.string().optional(),
    resolvedBy: z.enum(['priority', 'later-modification', 'rule', 'staff', 'overlap-ended']).optional(),
    reason: z.string(),
    createdAt: shownInstant,
    updatedAt: shownInstant,
  })
  .meta({ id: 'Conflict', description: 'Two events that want the same time. Neither loses it because the other won.' });

/** Which conflicts a list is to hold. */
export const conflictFilterSchema = z.strictObject({
  status: conflictStatus.optional(),
  resourceId: z.string().optional(),
  ...pageFields,
});

/** What staff decide. */
export const resolutionSchema = z.strictObject({
  winnerEventId: z.string().meta({ description: 'The event that goes first.' }),
  release: z
    .boolean()
    .default(false)
    .meta({
      description:
        "Also free the other event's time, although its source still shows it. A booking is refused " +
        '(`held_by_booking_system`): cancel it instead.',
    }),
});
