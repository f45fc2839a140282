import { NotFound } from '@dovetail/core/domain/errors.ts';
import type { Filter } from '@dovetail/core/ports/document-store.ts';
import { resolveConflict } from '@dovetail/core/sync/resolve-conflict.ts';
import { defineOperation, type Operation } from '../../operations/operation.ts';
import { presentConflict } from '../../present/conflict.ts';
import { conflictFilterSchema, conflictSchema, resolutionSchema } from '../../schemas/conflict.ts';
import { byMadeId } from '../../schemas/fields.ts';
import { pageOf } from '../../schemas/page.ts';
import { listPage } from './list-page.ts';

/** Events that want the same time: the review queue, and what was settled. */
export const conflictOperations: readonly Operation[] = [
  defineOperation({
    id: 'listConflicts',
    method: 'get',
    path: '/v1/conflicts',
    role: 'staff',
    summary: 'Conflicts, those changed last first; `status=open` is the review queue',
    query: conflictFilterSchema,
    response: pageOf(conflictSchema),
    handle: async ({ tenantId, query }, deps) => {
      const { status, resourceId } = query;
      const where: Filter[] = [];
      if (status !== undefined) where.push({ field: 'status', op: '==', value: status });
      if (resourceId !== undefined) where.push({ field: 'resourceId', op: '==', value: resourceId });
      const orderBy = { field: 'updatedAt', direction: 'desc' } as const;
      const page = await listPage(deps.store.conflicts, tenantId, query, { where, orderBy }, deps);
      return { ...page, items: page.items.map(presentConflict) };
    },
  }),
  defineOperation({
    id: 'getConflict',
    method: 'get',
    path: '/v1/conflicts/{id}',
    role: 'staff',
    summary: 'One conflict',
    params: byMadeId,
    response: conflictSchema,
    handle: async ({ tenantId, params }, deps) => {
      const conflict = await deps.store.conflicts.get(deps.documents, tenantId, params.id);
      if (!conflict) throw new NotFound(`no conflict "${params.id}"`);
      return presentConflict(conflict);
    },
  }),
  defineOperation({
    id: 'resolveConflict',
    method: 'post',
    path: '/v1/conflicts/{id}:resolve',
    role: 'staff',
    summary: 'Say which event goes first; the other keeps its time unless it is released',
    params: byMadeId,
    body: resolutionSchema,
    response: conflictSchema,
    handle: async ({ tenantId, params, body }, deps) =>
      presentConflict(await resolveConflict({ tenantId, conflictId: params.id, ...body }, deps)),
  }),
];
