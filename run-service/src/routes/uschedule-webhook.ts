import { taskNameOf } from '@dovetail/core/domain/identity.ts';
import { Router } from 'express';
import type { AppDeps } from '../app-deps.ts';
import { jsonBodyOf, readBody } from '../middleware/json-body.ts';
import { refuseMethods } from '../middleware/refuse-methods.ts';
import { requestIdOf } from '../middleware/request-id.ts';
import { uscheduleOf, verifyDelivery } from './verify-delivery.ts';

/**
 * `POST /webhook/uschedule/{tenant}`: USchedule says that a booking may have changed. The body is thin, so the task asks
 * USchedule for the booking. The same delivery again is the same task, and is answered alike.
 */
export function uscheduleWebhookRoutes(
  deps: Pick<AppDeps, 'documents' | 'store' | 'secrets' | 'tasks' | 'log' | 'parseUScheduleWebhook'>,
): Router {
  const router = Router({ caseSensitive: true });
  const path = '/webhook/uschedule/:tenant';
  router.use(path, readBody);
  router.post(path, async (request, response) => {
    const system = await uscheduleOf(request.params.tenant, deps);
    const { tenantId, config, webhookId } = await verifyDelivery(request, request.params.tenant, system, deps);
    const { bookingId } = deps.parseUScheduleWebhook(jsonBodyOf(request));
    const outcome = await deps.tasks.enqueue({
      queue: 'accept-booking',
      name: taskNameOf('accept', tenantId, config.id, webhookId),
      payload: { tenantId, systemId: config.id, bookingId, webhookId },
    });
    deps.log.info(outcome === 'created' ? 'webhook.accepted' : 'webhook.repeated', {
      direction: 'to-ledger',
      requestId: requestIdOf(response),
      tenantId,
      systemId: config.id,
      bookingId,
    });
    response.status(202).end();
  });
  router.all(path, refuseMethods('POST'));
  return router;
}
