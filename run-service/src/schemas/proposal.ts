import { z } from 'zod';
import { shownInstant } from './fields.ts';

const said = z.record(z.string(), z.string()).readonly();

/** A proposal in an answer. */
export const proposalSchema = z
  .strictObject({
    id: z.string(),
    bindingId: z.string(),
    eventId: z.string(),
    wanted: said,
    kept: said,
    reason: z.string(),
    detail: z.string(),
    createdAt: shownInstant,
  })
  .meta({ id: 'Proposal', description: 'A staff edit that was refused, and what stands instead.' });
