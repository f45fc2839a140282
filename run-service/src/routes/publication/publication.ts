import { entityTag, type Published, publishFeed } from '@dovetail/core/sync/publications/publish-feed.ts';
import { type Request, type Response, Router } from 'express';
import type { AppDeps } from '../../app-deps.ts';
import { Problem } from '../../middleware/problem.ts';
import { refuseMethods } from '../../middleware/refuse-methods.ts';
import { chooseRepresentation } from './choose-representation.ts';

/** Everything below it: what is no token is looked up like one, so that no address answers sooner than another. */
const PATH = /^\/ics\//;

/**
 * `GET` and `HEAD /ics/{token}.ics`: a publication, with a strong ETag for each content coding; 304 to whoever has it
 * already. Never an empty calendar instead of a failure. A `GET` is noted as collected, a `HEAD` is not.
 */
export function publicationRoutes(deps: Pick<AppDeps, 'documents' | 'store' | 'clock' | 'log' | 'bodies'>): Router {
  const router = Router({ caseSensitive: true });
  router.get(PATH, async (request, response) => {
    const published = await publishFeed(
      {
        token: tokenOf(request.path),
        choose: (state) => chooseRepresentation(conditionsOf(request), state),
        isCollecting: request.method === 'GET' && !isLookedAt(request),
      },
      deps,
    );
    if (!published) throw new Problem('not-found', 'No calendar is published here. Ask for its present address.');
    answer(response, published);
  });
  router.all(PATH, refuseMethods('GET', 'HEAD'));
  return router;
}

/** As it stands in the path, undecoded: tokens need no escapes, and what cannot be decoded is a token nobody was given. */
function tokenOf(path: string): string {
  return path.slice('/ics/'.length).replace(/\.ics$/, '');
}

/** A person who opens the address in a browser takes nothing home (Fetch Metadata, W3C). */
function isLookedAt(request: Request): boolean {
  return request.get('sec-fetch-mode') === 'navigate';
}

/** Express's own `fresh` would never answer 304 to callers that also send `Cache-Control: no-cache`, as many do. */
function conditionsOf(request: Request) {
  return {
    codings: request.acceptsEncodings(),
    ifNoneMatch: request.get('if-none-match'),
    ifModifiedSince: request.get('if-modified-since'),
  };
}

function answer(response: Response, { tag, coding, isKnown, lastModified, body }: Published): void {
  response.set({
    ETag: entityTag(tag, coding),
    'Cache-Control': 'private, no-cache',
    Vary: 'Accept-Encoding',
    'X-Robots-Tag': 'noindex',
    ...(lastModified !== undefined && { 'Last-Modified': new Date(lastModified).toUTCString() }),
  });
  if (isKnown || !body) {
    response.status(304).end();
    return;
  }
  if (coding !== 'identity') response.set('Content-Encoding', coding);
  response.type('text/calendar; charset=utf-8').set('Content-Disposition', 'inline; filename="calendar.ics"');
  response.send(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
}
