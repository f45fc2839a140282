import type { SyncDeps } from '@dovetail/core/sync/deps.ts';
import { defineSchedules, defineWorkers } from '@dovetail/functions/triggers.ts';
import express, { type Express, type RequestHandler } from 'express';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';

/** Who may call the workers: the bearer of a token that the local Cloud Tasks signed for this address. */
export interface WorkerGate {
  readonly keys: JSONWebKeySet;
  readonly audience: string;
  readonly email: string;
}

/**
 * Serves every worker at `/tasks/{queue}` and every schedule at `/schedules/{name}`, as Cloud Run serves deployed
 * functions. firebase-functions does not check the caller's token; Cloud Run's IAM does, and here the gate.
 */
export function createWorkerHost(deps: () => Promise<SyncDeps>, gate: WorkerGate): Express {
  const host = express();
  host.disable('x-powered-by');
  host.use(express.json({ limit: '1mb' }));
  for (const [queue, worker] of Object.entries(defineWorkers(deps))) {
    host.post(`/tasks/${queue}`, requireInvoker(gate), serve(worker));
  }
  for (const [name, schedule] of Object.entries(defineSchedules(deps))) {
    host.post(`/schedules/${name}`, serve(schedule));
  }
  return host;
}

/** A deployed function is a handler of Express requests under another version's types. */
function serve(fn: unknown): RequestHandler {
  const handler = fn as (request: unknown, response: unknown) => unknown;
  return async (request, response) => {
    await handler(request, response);
  };
}

/** Lets through who may call, as Cloud Run's IAM does; everyone else is answered 403. */
export function requireInvoker({ keys, audience, email }: WorkerGate): RequestHandler {
  const keySet = createLocalJWKSet(keys);
  return async (request, response, next) => {
    const token = /^Bearer (.+)$/.exec(request.get('authorization') ?? '')?.[1] ?? '';
    try {
      const { payload } = await jwtVerify(token, keySet, { audience });
      if (payload.email !== email) throw new Error('another account');
    } catch {
      response.status(403).json({
        error: { code: 403, message: 'The caller may not invoke this function.', status: 'PERMISSION_DENIED' },
      });
      return;
    }
    next();
  };
}
