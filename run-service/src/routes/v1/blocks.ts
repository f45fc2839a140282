import { isStandingBlock, keepBlock, readBlock, removeBlock } from '@dovetail/core/sync/keep-block.ts';
import { z } from 'zod';
import { checkInterval } from '../../middleware/check-interval.ts';
import { defineOperation, type Operation } from '../../operations/operation.ts';
import { presentBlock } from '../../present/block.ts';
import { blockDraftSchema, blockSchema } from '../../schemas/block.ts';
import { byMadeId, chosenId, time } from '../../schemas/fields.ts';
import { pageFields, pageOf } from '../../schemas/page.ts';
import { listEvents } from './list-events.ts';
import { requireResource } from './require-resource.ts';
import { timeWindow } from './time-window.ts';

const USUAL_TITLES = { block: 'Blocked', maintenance: 'Maintenance' } as const;

/** Time that staff close. It stands in the ledger and on the resource's calendars like any other. */
export const blockOperations: readonly Operation[] = [
  defineOperation({
    id: 'listBlocks',
    method: 'get',
    path: '/v1/blocks',
    role: 'staff',
    summary: 'Staff blocks that share time with the window; in whole days (UTC) when no resource is named',
    query: z.strictObject({
      resourceId: chosenId.optional(),
      from: time.optional(),
      to: time.optional(),
      ...pageFields,
    }),
    response: pageOf(blockSchema),
    handle: async ({ tenantId, query }, deps) => {
      const { resourceId } = query;
      const resource = resourceId === undefined ? undefined : await requireResource(tenantId, resourceId, deps);
      const window = timeWindow(query, resource?.kind, deps.clock.now());
      const page = await listEvents({ tenantId, resourceId, window, keep: isStandingBlock, page: query }, deps);
      return { ...page, items: page.items.map(presentBlock) };
    },
  }),
  defineOperation({
    id: 'createBlock',
    method: 'post',
    path: '/v1/blocks',
    role: 'staff',
    summary: 'Close time on a resource',
    body: blockDraftSchema,
    status: 201,
    response: blockSchema,
    handle: async ({ tenantId, body, freshId }, deps) => {
      const { resourceId, kind, title = USUAL_TITLES[kind] } = body;
      const interval = checkInterval(body, await requireResource(tenantId, resourceId, deps));
      const draft = { id: freshId(), resourceId, ...interval, kind, title };
      return presentBlock(await keepBlock({ tenantId, draft }, deps));
    },
  }),
  defineOperation({
    id: 'getBlock',
    method: 'get',
    path: '/v1/blocks/{id}',
    role: 'staff',
    summary: 'One staff block',
    params: byMadeId,
    response: blockSchema,
    handle: async ({ tenantId, params }, deps) => presentBlock(await readBlock(tenantId, params.id, deps)),
  }),
  defineOperation({
    id: 'deleteBlock',
    method: 'delete',
    path: '/v1/blocks/{id}',
    role: 'staff',
    summary: 'Open its time again',
    params: byMadeId,
    status: 204,
    handle: ({ tenantId, params }, deps) => removeBlock({ tenantId, blockId: params.id }, deps),
  }),
];
