import { z } from 'zod';
import { shownTime } from './fields.ts';

/** RFC 9457, as every refusal answers it. */
export const problemSchema = z
  .strictObject({
    type: z
      .string()
      .meta({ description: 'Stable; tells kinds of problems apart.', example: 'urn:dovetail:problem:not-found' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What to do about it.' }),
    instance: z.string().meta({ description: 'Names this answer; the same id is in the log.' }),
    reason: z.string().optional().meta({ description: "The other system's own code, such as `slot_taken`." }),
    paths: z.array(z.string()).readonly().optional().meta({ description: 'The offending fields.' }),
    errors: z
      .array(z.strictObject({ path: z.string(), detail: z.string() }))
      .readonly()
      .optional(),
    inTheWay: z
      .array(
        z.strictObject({
          eventId: z.string().optional().meta({ description: 'Not told to guests.' }),
          kind: z.enum(['reservation', 'block', 'maintenance']),
          start: shownTime,
          end: shownTime,
        }),
      )
      .readonly()
      .optional()
      .meta({ description: 'Of a time that is taken: what takes it.' }),
    alternatives: z
      .array(z.strictObject({ start: shownTime, end: shownTime }))
      .readonly()
      .optional()
      .meta({
        description: 'The nearest free times before and after, as long as the one asked for, the nearer first.',
      }),
  })
  .meta({ id: 'Problem' });
