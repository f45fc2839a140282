import type { Booking } from '@dovetail/core/domain/booking.ts';
import type { BookingSystemConfig } from '@dovetail/core/domain/booking-system-config.ts';
import { taskNameOf } from '@dovetail/core/domain/identity.ts';
import { isDate } from '@dovetail/core/domain/interval.ts';
import { ID_PATTERN, type Resource } from '@dovetail/core/domain/resource.ts';
import { sealText } from '@dovetail/core/store/sealed-text.ts';
import { bookingContext } from '@dovetail/core/sync/accept-booking.ts';
import { Router } from 'express';
import type { z } from 'zod';
import type { AppDeps } from '../app-deps.ts';
import { check } from '../middleware/check.ts';
import { checkInterval } from '../middleware/check-interval.ts';
import { jsonBodyOf, readBody } from '../middleware/json-body.ts';
import { Problem } from '../middleware/problem.ts';
import { refuseMethods } from '../middleware/refuse-methods.ts';
import { requestIdOf } from '../middleware/request-id.ts';
import { bookingWebhookSchema } from '../schemas/booking-webhook.ts';
import { defined } from '../schemas/defined.ts';
import { type SignedDelivery, systemById, verifyDelivery } from './verify-delivery.ts';

type BookingWebhookDeps = Pick<AppDeps, 'documents' | 'store' | 'secrets' | 'tasks' | 'sealer' | 'log'>;

/**
 * `POST /webhook/bookings/{tenant}/{bookingSystem}`: any booking app says what a booking is now. It cannot be asked
 * again, so the booking travels in the task, sealed. One that names an unknown resource is kept all the same: its task
 * frees the time it held and leaves a dead letter that can be replayed once the resource is there.
 */
export function bookingWebhookRoutes(deps: BookingWebhookDeps): Router {
  const router = Router({ caseSensitive: true });
  const path = '/webhook/bookings/:tenant/:system';
  router.use(path, readBody);
  router.post(path, async (request, response) => {
    const { tenant, system } = request.params;
    const found = await systemById(tenant, system, deps);
    // USchedule has an address of its own, because its contract is another.
    const delivery = await verifyDelivery(request, tenant, found?.type === 'webhook' ? found : null, deps);
    const booking = bookingOf(check(bookingWebhookSchema, jsonBodyOf(request)).data, delivery.config);
    const resource = await resourceOf(delivery.tenantId, booking, deps);
    checkInterval(booking, resource ?? { id: booking.externalResourceId, kind: kindOf(booking) }, 'data.');
    await keep(delivery, booking, requestIdOf(response), deps);
    if (!resource) throw unknownResource(booking);
    response.status(202).end();
  });
  router.all(path, refuseMethods('POST'));
  return router;
}

async function keep(
  { tenantId, config, webhookId }: SignedDelivery,
  booking: Booking,
  requestId: string,
  deps: BookingWebhookDeps,
): Promise<void> {
  const ids = { tenantId, systemId: config.id, bookingId: booking.id };
  const sealedBooking = sealText(deps.sealer, booking, bookingContext(tenantId, config.id));
  const outcome = await deps.tasks.enqueue({
    queue: 'accept-booking',
    name: taskNameOf('accept', tenantId, config.id, webhookId),
    payload: { ...ids, webhookId, sealedBooking },
  });
  const action = outcome === 'created' ? 'webhook.accepted' : 'webhook.repeated';
  deps.log.info(action, { direction: 'to-ledger', requestId, ...ids });
}

/** The booking in our terms. A resource id that cannot be one of ours is left untranslated. */
function bookingOf(data: z.output<typeof bookingWebhookSchema>['data'], config: BookingSystemConfig): Booking {
  const { resourceId: externalResourceId, guest, ...rest } = data;
  const listed = Object.hasOwn(config.resourceIds, externalResourceId);
  const translated = listed ? config.resourceIds[externalResourceId] : externalResourceId;
  return {
    ...defined(rest),
    externalResourceId,
    resourceId: translated !== undefined && ID_PATTERN.test(translated) ? translated : undefined,
    ...(guest && { guest: defined(guest) }),
  };
}

async function resourceOf(
  tenantId: string,
  { resourceId }: Booking,
  deps: BookingWebhookDeps,
): Promise<Resource | null> {
  return resourceId === undefined ? null : deps.store.resources.get(deps.documents, tenantId, resourceId);
}

/** Of a resource we do not know, only that both times are of one kind can be checked. */
function kindOf({ start }: Booking): Resource['kind'] {
  return isDate(start) ? 'nightly' : 'timed';
}

function unknownResource({ externalResourceId }: Booking): Problem {
  const detail =
    'No resource answers to this id. The booking is kept for staff, who can add the resource and replay it; it need not be sent again.';
  return new Problem('unknown-resource', detail, {
    errors: [{ path: 'data.resourceId', detail: `there is no resource "${externalResourceId}"` }],
  });
}
