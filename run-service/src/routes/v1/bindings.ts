import { auditCalendar } from '@dovetail/core/sync/audit-calendar.ts';
import { changeBusyIn } from '@dovetail/core/sync/busy-in/change-busy-in.ts';
import { createBinding } from '@dovetail/core/sync/create-binding.ts';
import { acceptRemovals, restoreRemovals } from '@dovetail/core/sync/held-removals.ts';
import { unbindCalendar } from '@dovetail/core/sync/unbind-calendar.ts';
import { z } from 'zod';
import { defineOperation, type Operation } from '../../operations/operation.ts';
import { presentBinding } from '../../present/binding.ts';
import {
  auditQuery,
  auditResultSchema,
  bindingChangeSchema,
  bindingDraftSchema,
  bindingSchema,
  decidedSchema,
  unbindQuery,
} from '../../schemas/binding.ts';
import { byMadeId, chosenId } from '../../schemas/fields.ts';
import { pageFields, pageOf } from '../../schemas/page.ts';
import { listPage } from './list-page.ts';
import { requireResource } from './require-resource.ts';
import { checkActive, pauseBinding, pullNow, readBinding, resumeBinding } from './steer-binding.ts';

const byId = { params: byMadeId, role: 'manager' } as const;

/** Calendars bound to resources. */
export const bindingOperations: readonly Operation[] = [
  defineOperation({
    id: 'listBindings',
    method: 'get',
    path: '/v1/bindings',
    role: 'staff',
    summary: 'Every binding, by id; or those of one resource',
    query: z.strictObject({ resourceId: chosenId.optional(), ...pageFields }),
    response: pageOf(bindingSchema),
    handle: async ({ tenantId, query }, deps) => {
      const { resourceId } = query;
      const where = resourceId === undefined ? [] : [{ field: 'resourceId', op: '==', value: resourceId } as const];
      const page = await listPage(deps.store.bindings, tenantId, query, { where }, deps);
      return { ...page, items: page.items.map(presentBinding) };
    },
  }),
  defineOperation({
    id: 'createBinding',
    method: 'post',
    path: '/v1/bindings',
    role: 'manager',
    summary: 'Bind a calendar to a resource and fill it',
    body: bindingDraftSchema,
    status: 201,
    response: bindingSchema,
    handle: async ({ tenantId, body, freshId }, deps) => {
      await requireResource(tenantId, body.resourceId, deps);
      const { id = freshId(), ...draft } = body;
      return presentBinding(await createBinding({ tenantId, draft: { id, ...draft } }, deps));
    },
  }),
  defineOperation({
    id: 'getBinding',
    method: 'get',
    path: '/v1/bindings/{id}',
    params: byMadeId,
    role: 'staff',
    summary: 'One binding',
    response: bindingSchema,
    handle: async ({ tenantId, params }, deps) => presentBinding(await readBinding(tenantId, params.id, deps)),
  }),
  defineOperation({
    ...byId,
    id: 'changeBinding',
    method: 'patch',
    path: '/v1/bindings/{id}',
    summary: "Say whether the calendar's own events block the resource",
    body: bindingChangeSchema,
    response: bindingSchema,
    handle: async ({ tenantId, params, body }, deps) =>
      presentBinding(await changeBusyIn({ tenantId, bindingId: params.id, ...body }, deps)),
  }),
  defineOperation({
    ...byId,
    id: 'deleteBinding',
    method: 'delete',
    path: '/v1/bindings/{id}',
    summary: 'Unbind the calendar, keeping or removing our events on it',
    query: unbindQuery,
    status: 202,
    handle: ({ tenantId, params, query }, deps) =>
      unbindCalendar({ tenantId, bindingId: params.id, events: query.events }, deps),
  }),
  defineOperation({
    ...byId,
    id: 'pauseBinding',
    method: 'post',
    path: '/v1/bindings/{id}:pause',
    summary: 'Stop reading and writing the calendar',
    response: bindingSchema,
    handle: async ({ tenantId, params }, deps) => presentBinding(await pauseBinding(tenantId, params.id, deps)),
  }),
  defineOperation({
    ...byId,
    id: 'resumeBinding',
    method: 'post',
    path: '/v1/bindings/{id}:resume',
    summary: 'Go on after a pause, or once the calendar is shared with us again',
    response: bindingSchema,
    handle: async ({ tenantId, params }, deps) => presentBinding(await resumeBinding(tenantId, params.id, deps)),
  }),
  defineOperation({
    ...byId,
    id: 'syncBinding',
    method: 'post',
    path: '/v1/bindings/{id}:sync',
    summary: 'Read the calendar now',
    status: 202,
    response: bindingSchema,
    handle: async ({ tenantId, params }, deps) => presentBinding(await pullNow(tenantId, params.id, deps)),
  }),
  defineOperation({
    ...byId,
    id: 'auditBinding',
    method: 'post',
    path: '/v1/bindings/{id}:audit',
    summary: 'Compare the whole calendar with the ledger, and put right what can be unless it is a dry run',
    query: auditQuery,
    response: auditResultSchema,
    handle: async ({ tenantId, params, query }, deps) => {
      checkActive(await readBinding(tenantId, params.id, deps));
      return auditCalendar({ tenantId, bindingId: params.id, dryRun: query.dryRun, trigger: 'staff' }, deps);
    },
  }),
  defineOperation({
    ...byId,
    id: 'acceptRemovals',
    method: 'post',
    path: '/v1/bindings/{id}:accept',
    summary: 'The held removals were meant: cancel their bookings and free what the others held',
    response: decidedSchema,
    handle: async ({ tenantId, params }, deps) => ({
      count: await acceptRemovals({ tenantId, bindingId: params.id }, deps),
    }),
  }),
  defineOperation({
    ...byId,
    id: 'restoreRemovals',
    method: 'post',
    path: '/v1/bindings/{id}:restore',
    summary: "The held removals were a mistake: put our events back; what the calendar's own held stays taken",
    response: decidedSchema,
    handle: async ({ tenantId, params }, deps) => ({
      count: await restoreRemovals({ tenantId, bindingId: params.id }, deps),
    }),
  }),
];
