import { digest } from '@dovetail/core/domain/identity.ts';
import { type ErrorRequestHandler, type Request, type RequestHandler, type Response, Router } from 'express';
import type { AppDeps } from '../app-deps.ts';
import { type Answer, answerOnce } from '../middleware/answer-once.ts';
import { authenticate, callerOf, requireRole } from '../middleware/authenticate.ts';
import { check } from '../middleware/check.ts';
import { jsonBodyOf, rawBodyOf, readBody } from '../middleware/json-body.ts';
import { Problem } from '../middleware/problem.ts';
import { readUpload, uploadOf } from '../middleware/read-upload.ts';
import { refuseMethods } from '../middleware/refuse-methods.ts';
import { requestIdOf } from '../middleware/request-id.ts';
import type { Operation, OperationInput } from './operation.ts';

/** Serves every operation at its path, and refuses other methods there. */
export function serveOperations(operations: readonly Operation[], deps: AppDeps): Router {
  const router = Router({ caseSensitive: true });
  for (const [path, there] of byPath(operations)) {
    const route = expressPath(path);
    for (const operation of there) {
      router[operation.method](
        route,
        authenticate(deps),
        requireRole(operation.role),
        ...bodyReaders(operation),
        serve(operation, deps),
      );
    }
    router.all(route, refuseOthers(there));
  }
  return router;
}

/** `/v1/bindings/{id}:pause` as express 5 writes it: `/v1/bindings/:id\:pause`. */
export function expressPath(path: string): string {
  return path.replaceAll(':', '\\:').replace(/\{(\w+)\}/g, ':$1');
}

/** Paths with an action first: `/bindings/{id}` would take `/bindings/x:pause` for the id `x:pause`. */
function byPath(operations: readonly Operation[]): [string, Operation[]][] {
  const paths = Map.groupBy(operations, ({ path }) => path);
  return [...paths].sort(([a], [b]) => Number(b.includes(':')) - Number(a.includes(':')));
}

function serve(operation: Operation, deps: AppDeps): RequestHandler {
  return async (request, response) => {
    const input = readInput(operation, request, response, deps);
    const carryOut = async (): Promise<Answer> => {
      const body = await operation.handle(input, deps);
      return { status: operation.status, ...(body !== undefined && { body }) };
    };
    response.set('Cache-Control', 'no-store');
    if (operation.method === 'get') return send(request, response, await carryOut(), operation);
    await serveWrite(operation, input, carryOut, request, response, deps);
  };
}

async function serveWrite(
  operation: Operation,
  input: OperationInput<unknown, unknown, unknown>,
  carryOut: () => Promise<Answer>,
  request: Request,
  response: Response,
  deps: AppDeps,
): Promise<void> {
  const { tenantId, keyId, idempotencyKey: key } = input;
  const { answer, repeated } =
    key === undefined
      ? { answer: await carryOut(), repeated: false }
      : await answerOnce({ tenantId, key, fingerprint: fingerprintOf(request) }, carryOut, deps);
  if (repeated) response.set('Idempotent-Replayed', 'true');
  deps.log.info(`api.${operation.id}`, {
    requestId: requestIdOf(response),
    ...{ tenantId, keyId },
    status: answer.status,
    ...(repeated && { reason: 'repeated' }),
  });
  send(request, response, answer, operation);
}

function readInput(
  operation: Operation,
  request: Request,
  response: Response,
  deps: AppDeps,
): OperationInput<unknown, unknown, unknown> {
  const { tenantId, role, keyId } = callerOf(response);
  const params = operation.params.safeParse(request.params);
  // An id that no id can be is the id of nothing.
  if (!params.success) throw new Problem('not-found', 'There is nothing by that id.');
  const idempotencyKey = operation.method === 'get' ? undefined : idempotencyKeyOf(request);
  return {
    tenantId,
    role,
    keyId,
    params: params.data,
    ...readContent(operation, request),
    idempotencyKey,
    freshId: () =>
      idempotencyKey === undefined
        ? deps.newId()
        : digest('fresh', tenantId, operation.id, idempotencyKey).slice(0, 20),
  };
}

function bodyReaders({ body, takesFile }: Operation): (RequestHandler | ErrorRequestHandler)[] {
  if (takesFile) return readUpload;
  return body ? readBody : [];
}

function readContent({ query, body, takesFile }: Operation, request: Request) {
  if (!takesFile) return { query: check(query, request.query), body: body && check(body, jsonBodyOf(request)) };
  const { file, fields } = uploadOf(request);
  const given = { ...request.query, ...fields };
  return { query: {}, body: body && check(body, given), file };
}

function idempotencyKeyOf(request: Request): string | undefined {
  const key = request.get('idempotency-key');
  if (key === undefined || (key !== '' && key.length <= 255)) return key;
  throw new Problem('invalid-request', 'An Idempotency-Key has 1 to 255 characters.', {
    errors: [{ path: 'Idempotency-Key', detail: 'has 1 to 255 characters' }],
  });
}

function fingerprintOf(request: Request): string {
  return JSON.stringify([request.method, request.originalUrl, rawBodyOf(request).toString('base64')]);
}

/** JSON, unless the caller would rather have the other form there is. */
function send(request: Request, response: Response, { status, body }: Answer, { otherForm }: Operation): void {
  response.status(status);
  if (otherForm) response.vary('Accept');
  if (body === undefined) response.end();
  else if (otherForm && request.accepts(['application/json', otherForm.mediaType]) === otherForm.mediaType) {
    const { contentType, text } = otherForm.write(body);
    response.setHeader('Content-Type', contentType);
    response.end(text);
  } else response.json(body);
}

function refuseOthers(there: readonly Operation[]): RequestHandler {
  const methods = there.map(({ method }) => method.toUpperCase());
  const refuse = refuseMethods(...methods, ...(methods.includes('GET') ? ['HEAD'] : []));
  if (there.some(({ path }) => path.includes(':'))) return refuse;
  // The path of a single thing also fits an action on it that does not exist.
  return (request, response, next) => (request.path.includes(':') ? next() : refuse(request, response, next));
}
