import { ID_PATTERN } from '@dovetail/core/domain/resource.ts';
import type { Log, LogFields } from '@dovetail/core/ports/log.ts';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { knownCallerOf } from './authenticate.ts';
import { problemOf } from './problem-of.ts';
import { requestIdOf } from './request-id.ts';

/**
 * Leaves one line for a request of importance that was refused, and passes its error on: webhooks, writes, callers that
 * are not known or may not, and whatever went wrong on our side, with its cause.
 */
export function logRefusals(log: Log): ErrorRequestHandler {
  return (error, request, response, next) => {
    const { status, kind, reason, cause } = problemOf(error);
    const fields = {
      requestId: requestIdOf(response),
      status,
      reason: reason ?? kind,
      ...subjectOf(request, response),
      ...(status >= 500 && { error: cause ?? error }),
    };
    if (kind === 'internal') log.error('request.failed', fields);
    else if (isOfImportance(request, status)) log.warn(actionOf(request), fields);
    next(error);
  };
}

function isOfImportance({ method, path }: Request, status: number): boolean {
  const writes = method !== 'GET' && method !== 'HEAD' && path.startsWith('/v1/');
  return writes || path.startsWith('/webhook/') || status >= 500 || status === 401 || status === 403;
}

function actionOf({ path }: Request): string {
  if (path.startsWith('/webhook/')) return 'webhook.refused';
  return path.startsWith('/v1/') ? 'api.refused' : 'request.refused';
}

/** Whom it is about. What a stranger wrote into an address is logged only if it can be an id. */
function subjectOf(request: Request, response: Response): LogFields {
  const caller = knownCallerOf(response);
  if (caller) return { tenantId: caller.tenantId };
  const [, tenantId, systemId] = /^\/webhook\/(?:uschedule|bookings)\/([^/]+)(?:\/([^/]+))?$/.exec(request.path) ?? [];
  if (tenantId === undefined) return {};
  return { direction: 'to-ledger', tenantId: plainId(tenantId), systemId: plainId(systemId) };
}

function plainId(text: string | undefined): string | undefined {
  return text !== undefined && ID_PATTERN.test(text) ? text : undefined;
}
