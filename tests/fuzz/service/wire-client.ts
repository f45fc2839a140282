import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Finding } from '../finding.ts';

/** A request as it goes over the wire: nothing is checked, mended or added but `Host` and `Content-Length`. */
export interface WireRequest {
  readonly method: string;
  /** Path and query, as written. */
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: Uint8Array;
}

export interface WireAnswer {
  readonly status: number;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Servers may turn more away, while it is still being sent. */
const MOST_HEAD = 12_000;
const ANSWERS_WITHIN_MS = 10_000;

/** Whether the request ends where it says: nothing in it makes one request two, or half of one. */
export function isWellFramed({ method, target, headers }: WireRequest): boolean {
  const framing = /^(content-length|transfer-encoding|connection|upgrade|expect|host)$/i;
  return (
    /^[A-Z]{3,7}$/.test(method) &&
    !['CONNECT', 'HEAD'].includes(method) &&
    /^\/[\x21-\x7e]*$/.test(target) &&
    target.length + headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0) < MOST_HEAD &&
    headers.every(
      ([name, value]) => /^[\w-]+$/.test(name) && /^[\x20-\x7e\x80-\xff\t]*$/.test(value) && !framing.test(name),
    )
  );
}

/** A client that sends what no library would. */
export class WireClient {
  readonly #port: number;
  #kept: Socket | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  /**
   * The answer; null when the server closed the connection instead, which it may only do to what is not well framed.
   * @throws Finding when a well-framed request is not answered.
   */
  async send(request: WireRequest): Promise<WireAnswer | null> {
    if (!isWellFramed(request)) return this.#sendOnce(request);
    const kept = this.#kept;
    this.#kept = undefined;
    // A server may close a connection that is idle just when the next request comes.
    const again = kept && (await exchange(kept, request, false));
    const socket = again ? kept : await this.#open();
    const answer = again || (await exchange(socket, request, false));
    if (!answer) throw new Finding('a request is not answered', `${request.method} ${request.target.slice(0, 500)}`);
    if (/close/i.test(answer.headers['connection'] ?? '')) socket.destroy();
    else this.#kept = socket;
    return answer;
  }

  close(): void {
    this.#kept?.destroy();
  }

  async #sendOnce(request: WireRequest): Promise<WireAnswer | null> {
    const socket = await this.#open();
    try {
      return await exchange(socket, request, true);
    } finally {
      socket.destroy();
    }
  }

  async #open(): Promise<Socket> {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    // Whatever goes wrong from now on also closes it.
    socket.on('error', () => undefined);
    return socket;
  }
}

function bytesOf({ method, target, headers, body }: WireRequest): Buffer {
  const named = new Set(headers.map(([name]) => name.toLowerCase()));
  const all = [
    ...(named.has('host') ? [] : [['Host', 'dovetail.test']]),
    ...headers,
    ...(body === undefined || named.has('content-length') || named.has('transfer-encoding')
      ? []
      : [['Content-Length', String(body.length)]]),
  ];
  const head = [`${method} ${target} HTTP/1.1`, ...all.map(([name, value]) => `${name}: ${value}`), '', ''].join(
    '\r\n',
  );
  return Buffer.concat([Buffer.from(head, 'latin1'), body ?? Buffer.alloc(0)]);
}

/** Sends and reads one answer, or null if the connection ends before. With `isLast` it is told that nothing more comes. */
function exchange(socket: Socket, request: WireRequest, isLast: boolean): Promise<WireAnswer | null> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    const finish = (act: () => void) => {
      clearTimeout(timer);
      socket.off('data', take).off('close', end);
      act();
    };
    const take = (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const answer = parseAnswer(received, request.method === 'HEAD');
      if (answer) finish(() => resolve(answer));
    };
    const end = () => finish(() => resolve(null));
    const timer = setTimeout(
      () => finish(() => reject(new Finding('a request hangs', `${request.method} ${request.target.slice(0, 500)}`))),
      ANSWERS_WITHIN_MS,
    );
    socket.on('data', take).on('close', end);
    if (isLast) socket.end(bytesOf(request));
    else socket.write(bytesOf(request));
  });
}

/** The first answer in the bytes, once it is complete. */
function parseAnswer(bytes: Buffer, isHead: boolean): WireAnswer | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const [first = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
  const status = Number(first.split(' ')[1]);
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const rest = bytes.subarray(headEnd + 4);
  if (status >= 100 && status < 200) return parseAnswer(rest, isHead);
  const length = headers['content-length'];
  if (isHead || status === 204 || status === 304) return { status, headers, body: Buffer.alloc(0) };
  if (/chunked/i.test(headers['transfer-encoding'] ?? '')) return chunked(rest, status, headers);
  if (length === undefined) return { status, headers, body: rest };
  return rest.length >= Number(length) ? { status, headers, body: rest.subarray(0, Number(length)) } : undefined;
}

function chunked(bytes: Buffer, status: number, headers: WireAnswer['headers']): WireAnswer | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16);
    if (bytes.length < lineEnd + 2 + size + 2) return undefined;
    if (size === 0) return { status, headers, body: Buffer.concat(parts) };
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}
