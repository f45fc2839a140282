import { type ApiKey, type Role, roleIncludes } from '@dovetail/core/domain/tenant.ts';
import type { RequestHandler, Response } from 'express';
import type { AppDeps } from '../app-deps.ts';
import { Problem } from './problem.ts';

/** Who is calling: the tenant and role that the key decides. */
export type Caller = Pick<ApiKey, 'tenantId' | 'role'> & { readonly keyId: string };

/** Lets a request through whose Bearer key is known; the answer carries its caller. @see callerOf */
export function authenticate(deps: Pick<AppDeps, 'documents' | 'store'>): RequestHandler {
  return async (request, response, next) => {
    const [, key] = /^Bearer (\S{1,512})$/i.exec(request.get('authorization') ?? '') ?? [];
    const known = key === undefined ? null : await deps.store.tenants.byApiKey(deps.documents, key);
    if (!known) {
      throw new Problem('unauthenticated', 'Send a valid key as "Authorization: Bearer …".', {
        headers: { 'WWW-Authenticate': key === undefined ? REALM : `${REALM}, error="invalid_token"` },
      });
    }
    const { tenantId, role, id: keyId } = known;
    const caller: Caller = { tenantId, role, keyId };
    response.locals[CALLER] = caller;
    next();
  };
}

/** Lets a request through whose caller has the rights of `role`. */
export function requireRole(role: Role): RequestHandler {
  return (_request, response, next) => {
    const caller = callerOf(response);
    if (!roleIncludes(caller.role, role)) {
      throw new Problem('forbidden', `This takes the role ${role}; the key has ${caller.role}.`);
    }
    next();
  };
}

/** The caller that `authenticate` found. */
export function callerOf(response: Response): Caller {
  const caller = knownCallerOf(response);
  if (!caller) throw new Error('a route that needs a caller is served without authenticate');
  return caller;
}

/** The caller, if `authenticate` was reached and found one. */
export function knownCallerOf(response: Response): Caller | undefined {
  return response.locals[CALLER];
}

const CALLER = 'caller';
const REALM = 'Bearer realm="dovetail"';
