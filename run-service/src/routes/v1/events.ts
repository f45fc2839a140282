import { releaseEvent, restoreEvent } from '@dovetail/core/sync/release-event.ts';
import { defineOperation, type Operation } from '../../operations/operation.ts';
import { presentEvent } from '../../present/event.ts';
import { presentExplanation } from '../../present/explanation.ts';
import { eventSchema } from '../../schemas/event.ts';
import { explanationSchema } from '../../schemas/explanation.ts';
import { byMadeId } from '../../schemas/fields.ts';
import { explainEvent, readEvent } from './explain-event.ts';

/** Single ledger entries, and why they stand. */
export const eventOperations: readonly Operation[] = [
  defineOperation({
    id: 'getEvent',
    method: 'get',
    path: '/v1/events/{id}',
    role: 'staff',
    summary: 'One ledger entry',
    params: byMadeId,
    response: eventSchema,
    handle: async ({ tenantId, params }, deps) => presentEvent(await readEvent(tenantId, params.id, deps)),
  }),
  defineOperation({
    id: 'explainEvent',
    method: 'get',
    path: '/v1/events/{id}/why',
    role: 'staff',
    summary: 'Why it is there: what its sources say, state on each calendar, refused edits, runs',
    params: byMadeId,
    response: explanationSchema,
    handle: async ({ tenantId, params }, deps) => presentExplanation(await explainEvent(tenantId, params.id, deps)),
  }),
  defineOperation({
    id: 'releaseEvent',
    method: 'post',
    path: '/v1/events/{id}:release',
    role: 'staff',
    summary: 'Free its time although its source still shows it; `:restore` takes that back',
    params: byMadeId,
    response: eventSchema,
    handle: async ({ tenantId, params }, deps) =>
      presentEvent(await releaseEvent({ tenantId, eventId: params.id }, deps)),
  }),
  defineOperation({
    id: 'restoreEvent',
    method: 'post',
    path: '/v1/events/{id}:restore',
    role: 'staff',
    summary: 'Hold the time again that staff freed',
    params: byMadeId,
    response: eventSchema,
    handle: async ({ tenantId, params }, deps) =>
      presentEvent(await restoreEvent({ tenantId, eventId: params.id }, deps)),
  }),
];
