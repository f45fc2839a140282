import { requireInvoker, type WorkerGate } from '@dovetail/sandbox/studio/worker-host.ts';
import express, { type Express } from 'express';

/** Of a request these belong to the connection it came by. */
const HOP_BY_HOP = new Set(['connection', 'content-length', 'host', 'keep-alive', 'transfer-encoding']);

/**
 * Where functions are reached by their names, and who may reach them: what Cloud Run and its IAM are in front of deployed
 * functions. `targets` says where each is served; `url` is the gateway's own, the audience of every token beginning with it.
 */
export function createFunctionsGateway(
  gate: Pick<WorkerGate, 'keys' | 'email'>,
  url: () => string,
  targets: Readonly<Record<string, number>>,
): Express {
  const app = express();
  app.use(express.raw({ type: () => true, limit: '1mb' }));
  app.post('/:name', (request, response, next) =>
    requireInvoker({ ...gate, audience: `${url()}/${request.params.name}` })(request, response, next),
  );
  app.post('/:name', async (request, response) => {
    const port = targets[request.params.name];
    if (port === undefined) return void response.status(404).end();
    const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
      HOP_BY_HOP.has(name) || value === undefined ? [] : [[name, String(value)]],
    );
    const body = request.body as Buffer | undefined;
    const answer = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      headers,
      ...(Buffer.isBuffer(body) && { body: new Uint8Array(body) }),
    });
    response.status(answer.status).send(Buffer.from(await answer.arrayBuffer()));
  });
  return app;
}
