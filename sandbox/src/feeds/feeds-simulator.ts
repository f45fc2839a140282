import { createHash } from 'node:crypto';
import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import { type Faults, meetFaults } from '../faults.ts';
import type { StudioClock } from '../studio-clock.ts';

interface HostedFeed {
  readonly body: Buffer;
  readonly etag: string;
  /** HTTP date. */
  readonly lastModified: string;
}

/** What the feeds are, as JSON: bodies are base64, because a feed may be any bytes. */
export type FeedsSnapshot = readonly { readonly name: string; readonly body: string; readonly lastModified: string }[];

/** What tests and the studio can do to the feeds behind their addresses. */
export interface FeedsControl {
  names(): string[];
  /** The body of a feed, undefined when there is none. */
  read(name: string): Uint8Array | undefined;
  replace(name: string, body: string | Uint8Array): void;
  /** From now on the feed's address answers 404. */
  remove(name: string): void;
  snapshot(): FeedsSnapshot;
  restore(snapshot: FeedsSnapshot): void;
}

export interface FeedsOptions {
  readonly clock: StudioClock;
  readonly faults: Faults;
  /** Name → body of the feeds to begin with, such as `casaFeeds`. */
  readonly seed: Readonly<Record<string, string | Uint8Array>>;
}

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

/**
 * A platform that hosts iCalendar feeds. `GET` and `HEAD /{name}.ics` answer with a strong ETag and Last-Modified (in
 * the studio's time) and honour `If-None-Match` and `If-Modified-Since`; `PUT` (text/calendar) replaces the body with
 * whatever bytes it brings. Mount the router at `/feeds`.
 */
export function createFeedsSimulator(options: FeedsOptions): { router: Router; control: FeedsControl } {
  const { clock, faults } = options;
  const feeds = new Map<string, HostedFeed>();
  const replace = (name: string, body: string | Uint8Array, modified = new Date(clock.now()).toUTCString()) => {
    const bytes = Buffer.from(body);
    feeds.set(name, { body: bytes, etag: etagOf(bytes), lastModified: modified });
  };
  for (const [name, body] of Object.entries(options.seed)) replace(name, body);

  const router = express.Router();
  router.use(meetFaults(faults, 'feeds', clock, (response, status) => sendText(response, status, 'injected fault')));
  router.get('/:name.ics', (request, response) => {
    const feed = feeds.get(request.params.name);
    if (feed) sendFeed(request, response, feed);
    else sendText(response, 404, 'no such feed');
  });
  router.put('/:name.ics', express.raw({ type: 'text/calendar', limit: '10mb' }), (request, response) => {
    const { name } = request.params;
    if (!NAME.test(name)) return sendText(response, 400, 'names are lower-case letters, digits and hyphens');
    if (!request.is('text/calendar')) return sendText(response, 415, 'the body must be text/calendar');
    const isNew = !feeds.has(name);
    replace(name, request.body);
    response.status(isNew ? 201 : 204).end();
  });
  router.use((_request, response) => sendText(response, 404, 'no such feed'));
  router.use(sendUnreadable);

  const control: FeedsControl = {
    names: () => [...feeds.keys()],
    read: (name) => feeds.get(name)?.body,
    replace: (name, body) => replace(name, body),
    remove: (name) => {
      feeds.delete(name);
    },
    snapshot: () =>
      [...feeds].map(([name, { body, lastModified }]) => ({ name, body: body.toString('base64'), lastModified })),
    restore: (snapshot) => {
      feeds.clear();
      for (const feed of snapshot) replace(feed.name, Buffer.from(feed.body, 'base64'), feed.lastModified);
    },
  };
  return { router, control };
}

function sendFeed(request: Request, response: Response, feed: HostedFeed): void {
  response.set({
    'Content-Type': 'text/calendar; charset=utf-8',
    ETag: feed.etag,
    'Last-Modified': feed.lastModified,
    'Cache-Control': 'no-cache',
  });
  if (isKnown(request, feed)) response.status(304).end();
  else response.send(feed.body);
}

/**
 * RFC 9110, 13.2.2: the entity tag decides where one is given. Not Express's `request.fresh`: that never answers 304 to
 * `Cache-Control: no-cache`, which fetch sends along with every condition.
 */
function isKnown(request: Request, feed: HostedFeed): boolean {
  const etags = request.get('if-none-match');
  if (etags !== undefined)
    return etags === '*' || etags.split(/\s*,\s*/).some((tag) => tag.replace(/^W\//, '') === feed.etag);
  const since = Date.parse(request.get('if-modified-since') ?? '');
  return Date.parse(feed.lastModified) <= since;
}

function sendText(response: Response, status: number, text: string): void {
  response.status(status).type('text/plain').send(text);
}

// Express knows an error handler by its four parameters. What arrives here is a body too large or broken off.
function sendUnreadable(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  const status = (error as { status?: unknown }).status;
  if (typeof status === 'number' && status < 500) sendText(response, status, 'the body cannot be read');
  else next(error);
}

function etagOf(body: Buffer): string {
  return `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`;
}
