import { z } from 'zod';
import { platform } from './feed.ts';
import { chosenId } from './fields.ts';

/** What is to be published, and for whom. */
export const publicationDraftSchema = z.strictObject({
  resourceIds: z
    .array(chosenId)
    .min(1)
    .max(50)
    .refine((ids) => new Set(ids).size === ids.length, 'names a resource twice'),
  platform: platform.default('generic').meta({ description: 'Whom it is for: what came from there is left out.' }),
  visibility: z.enum(['details', 'busy-only']).default('busy-only'),
});

/** A new publication in an answer. */
export const publicationSchema = z
  .strictObject({
    id: z.string(),
    url: z.string().meta({ description: 'Told this once. Whoever has it can read the publication.' }),
  })
  .meta({ id: 'Publication' });
