import { z } from 'zod';

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
  })
  .meta({ id: 'Problem' });
