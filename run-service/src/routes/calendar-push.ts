import { TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import { acceptPush, type Push } from '@dovetail/core/sync/accept-push.ts';
import { type Request, Router } from 'express';
import type { AppDeps } from '../app-deps.ts';
import { refuseMethods } from '../middleware/refuse-methods.ts';
import { requestIdOf } from '../middleware/request-id.ts';

/**
 * `POST /webhook/gcal`: Google's push notifications, headers only (Calendar API, "Push notifications"). Whatever is not
 * ours is answered 204 all the same, because Google must not repeat it; when the task could not be enqueued it must, so
 * that is always 503.
 */
export function calendarPushRoutes(deps: Pick<AppDeps, 'tasks' | 'clock' | 'log' | 'push'>): Router {
  const router = Router();
  router.post('/webhook/gcal', async (request, response) => {
    const push = pushOf(request);
    if (push) await acceptPush(push, deps).catch(askAgain);
    else deps.log.warn('push.ignored', { requestId: requestIdOf(response), reason: 'missing_headers' });
    response.status(204).end();
  });
  router.all('/webhook/gcal', refuseMethods('POST'));
  return router;
}

function pushOf(request: Request): Push | null {
  const channelId = request.get('x-goog-channel-id');
  const token = request.get('x-goog-channel-token');
  const resourceState = request.get('x-goog-resource-state');
  return channelId && token && resourceState ? { channelId, token, resourceState } : null;
}

function askAgain(cause: unknown): never {
  throw new TemporarilyUnavailable('the pull could not be enqueued', { cause });
}
