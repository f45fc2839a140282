import { type ApiKey, type Role, roleIncludes } from '@dovetail/core/domain/tenant.ts';
import type { RequestHandler, Response } from 'express';
import type { AppDeps } from '../app-deps.ts';
import { Problem } from './problem.ts';
import { requestIdOf } from './request-id.ts';

/** Who is calling: the tenant and role that the key decides. */
export type Caller = Pick<ApiKey, 'tenantId' | 'role'> & { readonly keyLabel: string };

/** Lets a request through whose Bearer key is known; the answer carries its caller. @see callerOf */
export function authenticate(deps: Pick<AppDeps, 'documents' | 'store' | 'log'>): RequestHandler {
  return async (request, response, next) => {
    const [, key] = /^Bearer (\S{1,512})$/i.exec(request.get('authorization') ?? '') ?? [];
    const known = key === undefined ? null : await deps.store.tenants.byApiKey(deps.documents, key);
    if (!known) {
      deps.log.warn('api.refused', { requestId: requestIdOf(response), status: 401, reason: 'unknown_key' });
      throw new Problem('unauthenticated', 'Send a valid key as "Authorization: Bearer …".', {
        headers: { 'WWW-Authenticate': key === undefined ? REALM : `${REALM}, error="invalid_token"` },
      });
    }
    const caller: Caller = { tenantId: known.tenantId, role: known.role, keyLabel: known.label };
    response.locals[CALLER] = caller;
    next();
  };
}

/** Lets a request through whose caller has the rights of `role`. */
export function requireRole(role: Role, log: AppDeps['log']): RequestHandler {
  return (_request, response, next) => {
    const caller = callerOf(response);
    if (!roleIncludes(caller.role, role)) {
      log.warn('api.refused', {
        requestId: requestIdOf(response),
        tenantId: caller.tenantId,
        status: 403,
        reason: 'role_too_low',
      });
      throw new Problem('forbidden', `This takes the role ${role}; the key has ${caller.role}.`);
    }
    next();
  };
}

/** The caller that `authenticate` found. */
export function callerOf(response: Response): Caller {
  const caller = response.locals[CALLER] as Caller | undefined;
  if (!caller) throw new Error('a route that needs a caller is served without authenticate');
  return caller;
}

const CALLER = 'caller';
const REALM = 'Bearer realm="dovetail"';
