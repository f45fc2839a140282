import { ID_PATTERN } from '@dovetail/core/domain/resource.ts';
import type { Log } from '@dovetail/core/ports/log.ts';
import type { ErrorRequestHandler } from 'express';
import { problemOf } from '../middleware/problem-of.ts';
import { requestIdOf } from '../middleware/request-id.ts';

/** Leaves one line for a webhook that was not taken, and passes its error on. */
export function logRefusals(log: Log): ErrorRequestHandler {
  return (error, request, response, next) => {
    const { status, kind } = problemOf(error);
    const { tenant, system } = request.params;
    const fields = { requestId: requestIdOf(response), tenantId: plainId(tenant), systemId: plainId(system) };
    log.warn('webhook.refused', { direction: 'to-ledger', ...fields, status, reason: kind });
    next(error);
  };
}

/** What a stranger wrote into an address is logged only if it can be an id. */
function plainId(text: unknown): string | undefined {
  return typeof text === 'string' && ID_PATTERN.test(text) ? text : undefined;
}
