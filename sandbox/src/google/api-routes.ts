import express, { type NextFunction, type Request, type RequestHandler, type Response, type Router } from 'express';
import { checkScopes } from './access.ts';
import type { ApiAnswer, ApiMethod } from './api-method.ts';
import type { AccessTokens, Caller } from './caller.ts';
import { GoogleApiError, invalidCredentials, notFound, parseError } from './google-error.ts';
import { selectFields } from './partial-response.ts';
import type { RequestLog } from './request-log.ts';

/** A write that was applied. */
export interface AppliedWrite {
  /** `events.insert`, `events.patch`, … */
  readonly method: string;
  readonly calendarId: string;
  readonly eventId: string;
}

export interface ApiRoutesOptions {
  readonly methods: readonly ApiMethod[];
  readonly tokens: AccessTokens;
  readonly log: RequestLog;
  /** Met by every request before it has any effect. */
  readonly faults: RequestHandler;
  /** Awaited after a write was applied and before it is answered. */
  readonly onWritten: (write: AppliedWrite) => Promise<void>;
}

/** The API's methods below `/calendar/v3`, each counted, faulted, authenticated and answered in Google's shapes. */
export function createApiRoutes(options: ApiRoutesOptions): Router {
  const { methods, tokens, log, faults, onWritten } = options;
  const router = express.Router();
  const parseBody = express.json({ limit: '1mb', strict: false, type: () => true });
  for (const method of methods) {
    const count: RequestHandler = (request, _response, next) => {
      log.count(method.name);
      if (notifies(request.query)) log.count('notified');
      next();
    };
    router[method.verb](`/calendar/v3${method.path}`, count, faults, parseBody, async (request, response) => {
      const caller = authenticate(tokens, request);
      checkScopes(caller, method.scopes);
      const answer = method.handle(apiRequest(request, caller));
      if (answer.written) await onWritten({ method: method.name, ...answer.written });
      sendAnswer(request, response, answer);
    });
  }
  router.use('/calendar/v3', () => {
    throw notFound();
  });
  router.use(sendError);
  return router;
}

/** Sends a refusal in Google's shape. */
export function sendApiError(response: Response, error: GoogleApiError): void {
  response.status(error.status).set('Content-Type', 'application/json; charset=UTF-8');
  response.end(JSON.stringify(error.body));
}

function sendAnswer(request: Request, response: Response, { status = 200, body }: ApiAnswer): void {
  response.status(status);
  if (body === undefined) {
    response.end();
    return;
  }
  const fields = request.query['fields'];
  const selected = selectFields(body, typeof fields === 'string' ? fields : undefined);
  response.set('Content-Type', 'application/json; charset=UTF-8').set('Cache-Control', 'no-cache, no-store, max-age=0');
  if ('etag' in body && typeof body.etag === 'string') response.set('ETag', body.etag);
  response.end(JSON.stringify(selected));
}

function authenticate(tokens: AccessTokens, request: Request): Caller {
  const [, token = ''] = /^Bearer (\S+)$/i.exec(request.get('authorization') ?? '') ?? [];
  const caller = tokens.callerOf(token);
  if (!caller) throw invalidCredentials();
  return caller;
}

function apiRequest(request: Request, caller: Caller) {
  return {
    caller,
    params: request.params as Record<string, string>,
    query: request.query,
    body: request.body as unknown,
    ifMatch: request.get('if-match'),
    ifNoneMatch: request.get('if-none-match'),
  };
}

/** True when the write would have sent mail to guests. */
function notifies({ sendUpdates, sendNotifications }: Request['query']): boolean {
  return sendUpdates === 'all' || sendUpdates === 'externalOnly' || sendNotifications === 'true';
}

// Express knows an error handler by its four parameters.
function sendError(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  const isUnreadableBody = error instanceof Error && 'type' in error && String(error.type).startsWith('entity.');
  const refusal = isUnreadableBody ? parseError() : error;
  if (refusal instanceof GoogleApiError) sendApiError(response, refusal);
  else next(error);
}
