import type { Proposal } from '@dovetail/core/domain/run.ts';
import type { z } from 'zod';
import type { proposalSchema } from '../schemas/proposal.ts';

/** A proposal as the API shows it. */
export function presentProposal(proposal: Proposal): z.input<typeof proposalSchema> {
  const { id, bindingId, eventId, wanted, kept, reason, detail, createdAt } = proposal;
  return { id, bindingId, eventId, wanted, kept, reason, detail, createdAt };
}
