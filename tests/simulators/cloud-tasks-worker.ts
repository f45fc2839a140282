import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the worker saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** How the worker answers: with a status (204 when absent), and perhaps headers; or never, or by hanging up. */
export type Answer =
  | { readonly status?: number; readonly headers?: http.OutgoingHttpHeaders }
  | 'never'
  | 'hang up'
  | 'break off';

/** An HTTP server that keeps what it is sent and answers as it is told. */
export interface RecordingWorker {
  readonly url: string;
  readonly requests: SeenRequest[];
  /** Replace it to answer otherwise; called once per request. */
  answer: (request: SeenRequest) => Answer | Promise<Answer>;
  close(): Promise<void>;
}

export async function startWorker(): Promise<RecordingWorker> {
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const seen: SeenRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    };
    worker.requests.push(seen);
    const answer = await worker.answer(seen);
    if (answer === 'never') return;
    if (answer === 'hang up') {
      request.socket.destroy();
      return;
    }
    if (answer === 'break off') {
      response.writeHead(200, { 'content-length': 1_000 });
      response.write('part', () => request.socket.destroy());
      return;
    }
    response.writeHead(answer.status ?? 204, answer.headers).end();
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const worker: RecordingWorker = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    answer: () => ({}),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return worker;
}
