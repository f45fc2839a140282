import type { IncomingMessage } from 'node:http';
import { PassThrough, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createUnzip } from 'node:zlib';
import { InvalidInput, TemporarilyUnavailable } from '../../domain/errors.ts';

/** Content codings we ask for. `deflate` is read too, but not asked for: servers disagree about what it is. */
export const ACCEPTED_ENCODINGS = 'gzip, br';

/**
 * The whole body, unpacked. Reading stops as soon as it exceeds `maxBytes`, unpacked or on the wire, whatever its
 * Content-Length says: a small answer cannot unfold into a huge one, nor can one that unfolds into nothing go on.
 * @throws InvalidInput when it is larger, TemporarilyUnavailable when it is packed twice or in a way that is not known;
 * whatever the connection and the unpacking throw.
 */
export async function readBody(response: IncomingMessage, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const unpack = unpackerOf(response.headers['content-encoding']);
  if (!unpack) throw new TemporarilyUnavailable('the feed came in an encoding that was not asked for');
  if (Number(response.headers['content-length']) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  const collect = async (unpacked: AsyncIterable<Buffer>) => {
    for await (const chunk of limited(unpacked, maxBytes)) chunks.push(chunk);
  };
  await pipeline(limited(response, maxBytes), unpack, collect, { signal });
  return Buffer.concat(chunks);
}

/** What `source` yields, as long as it is not too much. */
async function* limited(source: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    yield chunk;
  }
}

function tooLarge(maxBytes: number): InvalidInput {
  return new InvalidInput(`the feed is larger than ${maxBytes} bytes`);
}

/** Undefined for a coding that is not read. Several at once (`gzip, gzip`) are none that a calendar needs. */
function unpackerOf(encoding: string | undefined): Transform | undefined {
  switch (encoding?.trim().toLowerCase() ?? '') {
    case '':
    case 'identity':
      return new PassThrough();
    case 'gzip':
    case 'x-gzip':
    case 'deflate':
      return createUnzip();
    case 'br':
      return createBrotliDecompress();
    default:
      return undefined;
  }
}
