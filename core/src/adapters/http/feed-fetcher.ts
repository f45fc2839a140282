import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import {
  AccessRevoked,
  DovetailError,
  InvalidInput,
  NotFound,
  RateLimited,
  TemporarilyUnavailable,
} from '../../domain/errors.ts';
import type { FeedAnswer, FeedFetcher, FeedRequest } from '../../ports/feed-fetcher.ts';
import { checkUrl, publicLookup } from './public-address.ts';
import { readBody } from './read-body.ts';
import { retryAfterMs } from './retry-after.ts';

export interface FeedFetcherOptions {
  /** Sent always: Airbnb answers 403 to requests without one. */
  readonly userAgent: string;
  /** For the whole fetch, redirects and body included; 15 s when absent. */
  readonly timeoutMs?: number;
  /** Unpacked size; 5 MB when absent. */
  readonly maxBytes?: number;
}

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Fetches feeds from addresses that strangers gave us. Each address on the way, redirects included, is checked before
 * it is connected to. Feed addresses are secrets: errors carry none, at most a host name in a cause.
 */
export function createFeedFetcher(options: FeedFetcherOptions): FeedFetcher {
  const { timeoutMs = 15_000, maxBytes = 5_000_000 } = options;
  return {
    async fetch(request) {
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const response = await follow(request, options.userAgent, signal);
        return await readAnswer(request, response, maxBytes, signal);
      } catch (error) {
        if (error instanceof DovetailError) throw error;
        // No connection, no answer in time, or one that broke off.
        throw new TemporarilyUnavailable('the feed could not be fetched', { cause: error });
      }
    },
  };
}

async function follow(request: FeedRequest, userAgent: string, signal: AbortSignal): Promise<IncomingMessage> {
  let url = parseUrl(request.url);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    checkUrl(url, request.allowPrivate);
    const response = await send(url, request, userAgent, signal);
    if (!REDIRECTS.has(response.statusCode ?? 0)) return response;
    response.destroy();
    url = parseUrl(response.headers.location ?? '', url);
  }
  throw new TemporarilyUnavailable(`the feed redirects more than ${MAX_REDIRECTS} times`);
}

function send(url: URL, request: FeedRequest, userAgent: string, signal: AbortSignal): Promise<IncomingMessage> {
  const open = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = open(url, {
      headers: {
        accept: 'text/calendar, text/plain;q=0.5, */*;q=0.1',
        'accept-encoding': 'gzip',
        'user-agent': userAgent,
        ...(request.etag === undefined ? {} : { 'if-none-match': request.etag }),
        ...(request.lastModified === undefined ? {} : { 'if-modified-since': request.lastModified }),
      },
      signal,
      // A connection of its own: a kept one might have been opened where private addresses are allowed.
      agent: false,
      ...(request.allowPrivate ? {} : { lookup: publicLookup }),
    });
    sent.once('response', resolve).once('error', reject).end();
  });
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
  return {
    type: 'body',
    bytes: await readBody(response, maxBytes, signal),
    contentType,
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
  };
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

/** `URL.canParse` first, because the error of `new URL` carries the address. */
function parseUrl(text: string, base?: URL): URL {
  if (!URL.canParse(text, base?.href))
    throw new InvalidInput('the address of the feed cannot be read', { paths: ['url'] });
  return new URL(text, base);
}
