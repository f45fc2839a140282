import { once } from 'node:events';
import {
  type ClientHttp2Session,
  connect,
  constants,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';

/** Stands between a gRPC client and its server, and answers some calls with a failure of its own. */
export interface FaultyProxy {
  /** `127.0.0.1:port` */
  readonly host: string;
  /** The next calls of `method` (such as `Commit`), `times` of them, end with this gRPC status, unseen by the server. */
  fail(method: string, status: number, times: number): void;
  /** How often `method` was called, failures included. */
  calls(method: string): number;
  close(): Promise<void>;
}

/** A proxy in front of the gRPC server at `target` (`127.0.0.1:port`). */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const faults: { readonly method: string; readonly status: number }[] = [];
  const called: string[] = [];
  const upstream = connect(`http://${target}`);
  const server = createServer();
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, headers) => {
    const method = String(headers[':path']).split('/').at(-1) ?? '';
    called.push(method);
    const index = faults.findIndex((fault) => fault.method === method);
    const [fault] = index < 0 ? [] : faults.splice(index, 1);
    if (fault) refuse(stream, fault.status);
    else forward(upstream, stream, headers);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    host: typeof address === 'object' && address ? `127.0.0.1:${address.port}` : '',
    fail(method, status, times) {
      for (let time = 1; time <= times; time++) faults.push({ method, status });
    },
    calls: (method) => called.filter((each) => each === method).length,
    async close() {
      for (const session of [upstream, ...sessions]) session.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function refuse(stream: ServerHttp2Stream, status: number): void {
  const headers = { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': String(status) };
  stream.respond({ ...headers, 'grpc-message': 'injected' }, { endStream: true });
}

function forward(upstream: ClientHttp2Session, stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  const request = upstream.request(headers);
  let trailers: IncomingHttpHeaders = {};
  request.on('response', (answer, flags) => {
    const endStream = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    stream.respond(answer, { endStream, waitForTrailers: !endStream });
  });
  request.on('trailers', (received) => {
    trailers = received;
  });
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  stream.on('close', () => request.close());
  request.on('error', () => stream.destroy());
  stream.on('error', () => request.destroy());
  stream.pipe(request).pipe(stream);
}
