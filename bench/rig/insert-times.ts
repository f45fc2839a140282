import type { GoogleControl } from '@dovetail/sandbox/google/google-simulator.ts';
import { type RequestHandler, type Response, Router } from 'express';

/** When the calendar provider got the request for an event, and when the event stood; milliseconds since 1970. */
export interface InsertTime {
  readonly arrivedAt: number;
  readonly writtenAt: number;
}

/**
 * Watches the Google simulator from outside: `router` is to be mounted in place of the simulator's own, and `times` then
 * holds every event that was inserted, by its id.
 */
export function watchInserts(google: { readonly router: Router; readonly control: GoogleControl }): {
  readonly router: Router;
  readonly times: ReadonlyMap<string, InsertTime>;
} {
  const times = new Map<string, InsertTime>();
  const written = new Map<string, number>();
  google.control.onWrite(({ method, eventId }) => {
    if (method === 'events.insert') written.set(eventId, Date.now());
  });
  const watch: RequestHandler = (request, response: Response, next) => {
    if (request.method !== 'POST' || !request.path.endsWith('/events')) return next();
    const arrivedAt = Date.now();
    // The id is in the body, which somebody behind us reads.
    response.once('close', () => {
      const id: unknown = (request.body as { id?: unknown } | undefined)?.id;
      const writtenAt = typeof id === 'string' ? written.get(id) : undefined;
      if (typeof id === 'string' && writtenAt !== undefined && response.statusCode === 200) {
        times.set(id, { arrivedAt, writtenAt });
      }
    });
    next();
  };
  return { router: Router().use(watch, google.router), times };
}
