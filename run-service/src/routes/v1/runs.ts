import { NotFound } from '@dovetail/core/domain/errors.ts';
import { instantOf, msOf } from '@dovetail/core/domain/interval.ts';
import type { Filter } from '@dovetail/core/ports/document-store.ts';
import { revertRun } from '@dovetail/core/sync/revert-run.ts';
import type { z } from 'zod';
import { defineOperation, type Operation } from '../../operations/operation.ts';
import { presentRun } from '../../present/run.ts';
import { byMadeId } from '../../schemas/fields.ts';
import { pageOf } from '../../schemas/page.ts';
import { runSchema, runsQuery } from '../../schemas/run.ts';
import { listPage } from './list-page.ts';
import { orWrongState } from './or-wrong-state.ts';

/** What each execution of a flow did; kept for 90 days. */
export const runOperations: readonly Operation[] = [
  defineOperation({
    id: 'listRuns',
    method: 'get',
    path: '/v1/runs',
    role: 'staff',
    summary: 'Runs, the newest first',
    query: runsQuery,
    response: pageOf(runSchema),
    handle: async ({ tenantId, query }, deps) => {
      const orderBy = { field: 'startedAt', direction: 'desc' } as const;
      const page = await listPage(deps.store.runs, tenantId, query, { where: filtersOf(query), orderBy }, deps);
      return { ...page, items: page.items.map(presentRun) };
    },
  }),
  defineOperation({
    id: 'getRun',
    method: 'get',
    path: '/v1/runs/{id}',
    role: 'staff',
    summary: 'One run with its changes',
    params: byMadeId,
    response: runSchema,
    handle: async ({ tenantId, params }, deps) => {
      const run = await deps.store.runs.get(deps.documents, tenantId, params.id);
      if (!run) throw new NotFound(`no run "${params.id}"`);
      return presentRun(run);
    },
  }),
  defineOperation({
    id: 'revertRun',
    method: 'post',
    path: '/v1/runs/{id}:revert',
    role: 'staff',
    summary: 'Take back what an import or a decision of staff did; what has changed since stays, and is told',
    params: byMadeId,
    response: runSchema,
    handle: async ({ tenantId, params }, deps) =>
      presentRun(await orWrongState(revertRun({ tenantId, runId: params.id }, deps))),
  }),
];

/** `from` and `to` are about when a run started; a date is its midnight in UTC. */
function filtersOf(query: z.output<typeof runsQuery>): Filter[] {
  const filters: Filter[] = [];
  for (const field of ['status', 'flow', 'resourceId'] as const) {
    const value = query[field];
    if (value !== undefined) filters.push({ field, op: '==', value });
  }
  if (query.from !== undefined) filters.push({ field: 'startedAt', op: '>=', value: instantOf(msOf(query.from)) });
  if (query.to !== undefined) filters.push({ field: 'startedAt', op: '<', value: instantOf(msOf(query.to)) });
  return filters;
}
