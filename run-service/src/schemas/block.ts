import { z } from 'zod';
import { chosenId, shortText, shownInstant, shownTime, time } from './fields.ts';

const kind = z.enum(['block', 'maintenance']);

/** A staff block in an answer. */
export const blockSchema = z
  .strictObject({
    id: z.string(),
    eventId: z.string().meta({ description: "The ledger's id of it, as in `/v1/events/{id}/why`." }),
    resourceId: z.string(),
    start: shownTime,
    end: shownTime,
    title: z.string(),
    kind,
    createdAt: shownInstant,
    updatedAt: shownInstant,
  })
  .meta({ id: 'Block' });

/** A new block; without a title it says what kind it is. */
export const blockDraftSchema = z.strictObject({
  resourceId: chosenId,
  start: time,
  end: time,
  title: shortText.optional(),
  kind: kind.default('block'),
});
