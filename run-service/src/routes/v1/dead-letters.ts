import { replayDeadLetter } from '@dovetail/core/sync/keep-dead-letter.ts';
import { z } from 'zod';
import { defineOperation, type Operation } from '../../operations/operation.ts';
import { presentDeadLetter } from '../../present/dead-letter.ts';
import { deadLetterSchema } from '../../schemas/dead-letter.ts';
import { byMadeId } from '../../schemas/fields.ts';
import { pageFields, pageOf } from '../../schemas/page.ts';
import { listPage } from './list-page.ts';

/** Work that failed for good. */
export const deadLetterOperations: readonly Operation[] = [
  defineOperation({
    id: 'listDeadLetters',
    method: 'get',
    path: '/v1/dead-letters',
    role: 'staff',
    summary: 'Failed work, the newest first',
    query: z.strictObject(pageFields),
    response: pageOf(deadLetterSchema),
    handle: async ({ tenantId, query }, deps) => {
      const orderBy = { field: 'createdAt', direction: 'desc' } as const;
      const page = await listPage(deps.store.deadLetters, tenantId, query, { orderBy }, deps);
      return { ...page, items: page.items.map(presentDeadLetter) };
    },
  }),
  defineOperation({
    id: 'replayDeadLetter',
    method: 'post',
    path: '/v1/dead-letters/{id}:replay',
    role: 'manager',
    summary: 'Try the work again; should it fail again, it comes back',
    params: byMadeId,
    status: 202,
    response: deadLetterSchema,
    handle: async ({ tenantId, params }, deps) =>
      presentDeadLetter(await replayDeadLetter({ tenantId, id: params.id }, deps)),
  }),
];
