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
    summary: 'Why it is there: source, state on each calendar, refused edits, runs',
    params: byMadeId,
    response: explanationSchema,
    handle: async ({ tenantId, params }, deps) => presentExplanation(await explainEvent(tenantId, params.id, deps)),
  }),
];
