import type { ServerResponse } from 'node:http';

/**
 * Lets a handler finish its answer, but cuts the connection before all of it has left: headers and the first `share`
 * of the body's bytes go out, or nothing at all when that comes to no byte. Works for one `end` as for many `write`s.
 */
export function cutAnswer(response: ServerResponse, share: number): void {
  const send = response.write.bind(response);
  const chunks: Buffer[] = [];
  let ended = false;

  const keep = (chunk: unknown, encoding: unknown): void => {
    if (typeof chunk === 'string') chunks.push(Buffer.from(chunk, isEncoding(encoding) ? encoding : 'utf8'));
    else if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  };
  const write = (chunk: unknown, ...rest: unknown[]): boolean => {
    keep(chunk, rest[0]);
    const callback = rest.find((each) => typeof each === 'function');
    if (callback) process.nextTick(callback);
    return true;
  };
  const end = (chunk?: unknown, encoding?: unknown): ServerResponse => {
    if (ended) return response;
    ended = true;
    keep(chunk, encoding);
    const body = Buffer.concat(chunks);
    const part = body.subarray(0, Math.floor(body.length * share));
    if (part.length === 0) return response.destroy();
    send(part, () => response.destroy());
    return response;
  };
  Object.assign(response, { write, end, flushHeaders: () => undefined });
}

function isEncoding(value: unknown): value is BufferEncoding {
  return typeof value === 'string' && Buffer.isEncoding(value);
}
