import { z } from 'zod';
import { shownInstant } from './fields.ts';

/** A dead letter in an answer. */
export const deadLetterSchema = z
  .strictObject({
    id: z.string(),
    queue: z.string(),
    subject: z.record(z.string(), z.string()).readonly().meta({ description: 'The ids the work was about.' }),
    reason: z.string(),
    detail: z.string(),
    eventId: z.string().optional(),
    bindingId: z.string().optional(),
    createdAt: shownInstant,
    replayedAt: shownInstant.optional(),
  })
  .meta({ id: 'DeadLetter', description: 'Work that failed for good and can be replayed.' });
