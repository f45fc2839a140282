import type { IncomingMessage } from 'node:http';
import {
  AccessRevoked,
  DovetailError,
  InvalidInput,
  NotFound,
  RateLimited,
  TemporarilyUnavailable,
} from '../../domain/errors.ts';
import type { FeedAnswer, FeedFetcher, FeedRequest } from '../../ports/feed-fetcher.ts';
import { authHeaders } from './auth-headers.ts';
import { followRedirects } from './follow-redirects.ts';
import { checkUrl, guardedLookup, type Resolve } from './public-address.ts';
import { ACCEPTED_ENCODINGS, readBody } from './read-body.ts';
import { retryAfterMs } from './retry-after.ts';
import { withoutPayload } from './send-guarded.ts';

export interface FeedFetcherOptions {
  /** Sent always: Airbnb answers 403 to requests without one. */
  readonly userAgent: string;
  /** For the whole fetch, redirects and body included; 15 s when absent. */
  readonly timeoutMs?: number;
  /** Unpacked size; 5 MB when absent. */
  readonly maxBytes?: number;
  /** How names become addresses; the machine's own way when absent. */
  readonly resolve?: Resolve;
}

/**
 * Fetches feeds from addresses that strangers gave us. Each address on the way, redirects included, is checked before
 * it is connected to. Feed addresses and what opens them are secrets: errors carry none of it, at most a library's code.
 */
export function createFeedFetcher(options: FeedFetcherOptions): FeedFetcher {
  const { timeoutMs = 15_000, maxBytes = 5_000_000 } = options;
  const lookup = guardedLookup(options.resolve);
  return {
    async fetch(request) {
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const { url, allowPrivate } = request;
        const response = await followRedirects({
          url,
          check: (each) => checkUrl(each, allowPrivate),
          headers: headersOf(request, options.userAgent),
          secret: authHeaders(request.auth),
          signal,
          ...(allowPrivate ? {} : { lookup }),
        });
        return await readAnswer(request, response, maxBytes, signal);
      } catch (error) {
        if (error instanceof DovetailError) throw error;
        throw new TemporarilyUnavailable('the feed could not be fetched', { cause: withoutPayload(error) });
      }
    },
  };
}

function headersOf({ etag, lastModified }: FeedRequest, userAgent: string): Record<string, string> {
  return {
    accept: 'text/calendar, text/plain;q=0.5, */*;q=0.1',
    'accept-encoding': ACCEPTED_ENCODINGS,
    'user-agent': userAgent,
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
}

async function readAnswer(
  request: FeedRequest,
  response: IncomingMessage,
  maxBytes: number,
  signal: AbortSignal,
): Promise<FeedAnswer> {
  const status = response.statusCode ?? 0;
  if (status !== 200) {
    response.destroy();
    const isConditional = request.etag !== undefined || request.lastModified !== undefined;
    if (status === 304 && isConditional) return { type: 'not-modified' };
    throw errorOf(status, response.headers['retry-after']);
  }
  const { etag, 'last-modified': lastModified, 'content-type': contentType = '' } = response.headers;
  try {
    return {
      type: 'body',
      bytes: await readBody(response, maxBytes, signal),
      contentType,
      ...(etag === undefined ? {} : { etag }),
      ...(lastModified === undefined ? {} : { lastModified }),
    };
  } finally {
    response.destroy();
  }
}

function errorOf(status: number, retryAfter: string | undefined): DovetailError {
  const message = `the feed's server answered ${status}`;
  const wait = { retryAfterMs: retryAfterMs(retryAfter) };
  if (status === 429) return new RateLimited(message, wait);
  if (status === 401 || status === 403) return new AccessRevoked(message);
  if (status === 404 || status === 410) return new NotFound(message);
  // Also what says success without a calendar (204, 206): it must never be read as an empty one.
  if (status < 400 || status >= 500 || status === 408 || status === 425)
    return new TemporarilyUnavailable(message, wait);
  return new InvalidInput(message, { paths: ['url'] });
}
