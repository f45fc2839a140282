import { NotFound } from '@dovetail/core/domain/errors.ts';
import type { Proposal } from '@dovetail/core/domain/run.ts';
import { z } from 'zod';
import type { AppDeps } from '../../app-deps.ts';
import { defineOperation, type Operation } from '../../operations/operation.ts';
import { presentProposal } from '../../present/proposal.ts';
import { byMadeId } from '../../schemas/fields.ts';
import { pageFields, pageOf } from '../../schemas/page.ts';
import { proposalSchema } from '../../schemas/proposal.ts';
import { listPage } from './list-page.ts';

/** Staff edits on calendars that could not be done. */
export const proposalOperations: readonly Operation[] = [
  defineOperation({
    id: 'listProposals',
    method: 'get',
    path: '/v1/proposals',
    role: 'staff',
    summary: 'Refused edits, the newest first',
    query: z.strictObject(pageFields),
    response: pageOf(proposalSchema),
    handle: async ({ tenantId, query }, deps) => {
      const orderBy = { field: 'createdAt', direction: 'desc' } as const;
      const page = await listPage(deps.store.proposals, tenantId, query, { orderBy }, deps);
      return { ...page, items: page.items.map(presentProposal) };
    },
  }),
  defineOperation({
    id: 'getProposal',
    method: 'get',
    path: '/v1/proposals/{id}',
    role: 'staff',
    summary: 'One refused edit',
    params: byMadeId,
    response: proposalSchema,
    handle: async ({ tenantId, params }, deps) => presentProposal(await readProposal(tenantId, params.id, deps)),
  }),
  defineOperation({
    id: 'dismissProposal',
    method: 'delete',
    path: '/v1/proposals/{id}',
    role: 'manager',
    summary: 'Put a refused edit aside',
    params: byMadeId,
    status: 204,
    handle: async ({ tenantId, params }, deps) => {
      await readProposal(tenantId, params.id, deps);
      await deps.documents.commit([deps.store.proposals.delete(tenantId, params.id)]);
    },
  }),
];

async function readProposal(tenantId: string, id: string, deps: AppDeps): Promise<Proposal> {
  const proposal = await deps.store.proposals.get(deps.documents, tenantId, id);
  if (!proposal) throw new NotFound(`no proposal "${id}"`);
  return proposal;
}
