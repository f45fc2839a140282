import { publishFeed } from '@dovetail/core/sync/publish-feed.ts';
import { Router } from 'express';
import type { AppDeps } from '../app-deps.ts';
import { Problem } from '../middleware/problem.ts';
import { refuseMethods } from '../middleware/refuse-methods.ts';

/**
 * `GET` and `HEAD /ics/{token}.ics`: a publication, with a strong ETag; 304 to whoever has it already. Never an empty
 * calendar instead of a failure.
 */
export function publicationRoutes(deps: Pick<AppDeps, 'documents' | 'store' | 'clock'>): Router {
  const router = Router({ caseSensitive: true });
  const path = '/ics/:token.ics';
  router.get(path, async (request, response) => {
    // Tokens are looked up by their hash, so the time this takes says nothing about them.
    const published = await publishFeed({ token: request.params.token }, deps);
    if (!published) throw new Problem('not-found', 'No calendar is published here. Ask for its present address.');
    response.set({ ETag: published.etag, 'Cache-Control': 'private, no-cache', 'X-Robots-Tag': 'noindex' });
    if (names(request.get('if-none-match'), published.etag)) response.status(304).end();
    else response.type('text/calendar; charset=utf-8').send(published.body);
  });
  router.all(path, refuseMethods('GET', 'HEAD'));
  return router;
}

/**
 * Whether an `If-None-Match` names the tag, compared weakly (RFC 9110, 13.1.2). Express would not say so to callers that
 * also send `Cache-Control: no-cache`, which is about caches on the way and which many send by habit.
 */
function names(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}
