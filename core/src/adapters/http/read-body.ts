import type { IncomingMessage } from 'node:http';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { InvalidInput, TemporarilyUnavailable } from '../../domain/errors.ts';

/**
 * The whole body, unpacked. Reading stops as soon as it exceeds `maxBytes` unpacked, so a small answer cannot unfold
 * into a huge one.
 * @throws InvalidInput when it is larger, TemporarilyUnavailable when it comes in an encoding that was not asked for;
 * whatever the connection throws.
 */
export async function readBody(response: IncomingMessage, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      chunks.push(chunk);
      done(size > maxBytes ? new InvalidInput(`the feed is larger than ${maxBytes} bytes`) : null);
    },
  });
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (encoding === 'gzip' || encoding === 'x-gzip') await pipeline(response, createGunzip(), sink, { signal });
  else if (encoding === 'identity') await pipeline(response, sink, { signal });
  else throw new TemporarilyUnavailable('the feed came in an encoding that was not asked for');
  return Buffer.concat(chunks);
}
