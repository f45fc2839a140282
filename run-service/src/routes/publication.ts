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
  router.get('/ics/:token.ics', async (request, response) => {
    // Tokens are looked up by their hash, so the time this takes says nothing about them.
    const published = await publishFeed({ token: request.params.token }, deps);
    if (!published) throw new Problem('not-found', 'No calendar is published here. Ask for its present address.');
    // `send` answers 304 when the ETag is the one the caller has.
    response
      .set({ ETag: published.etag, 'Cache-Control': 'private, no-cache', 'X-Robots-Tag': 'noindex' })
      .type('text/calendar; charset=utf-8')
      .send(published.body);
  });
  router.all('/ics/:token.ics', refuseMethods('GET', 'HEAD'));
  return router;
}
