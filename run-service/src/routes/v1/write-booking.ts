import type { Booking } from '@dovetail/core/domain/booking.ts';
import { PreconditionFailed, TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import type { BookingChange } from '@dovetail/core/ports/booking-system.ts';
import { acceptBooking, acceptRead } from '@dovetail/core/sync/accept-booking.ts';
import { eventIdOfBooking } from '@dovetail/core/sync/commit-booking.ts';
import type { z } from 'zod';
import type { AppDeps } from '../../app-deps.ts';
import { checkInterval } from '../../middleware/check-interval.ts';
import { Problem } from '../../middleware/problem.ts';
import type { bookingChangeSchema, bookingDraftSchema } from '../../schemas/booking.ts';
import { type ConnectedSystem, findBooking, systemForNew, systemOf } from './find-booking.ts';
import { requireResource } from './require-resource.ts';

/**
 * Makes a booking in the tenant's booking system, and takes its answer into the ledger. Repeating `idempotencyKey`
 * makes no second one.
 * @throws Problem; Rejected when the slot is taken; what the booking system and the store throw.
 */
export async function createBooking(
  tenantId: string,
  draft: z.output<typeof bookingDraftSchema>,
  idempotencyKey: string,
  deps: AppDeps,
): Promise<LedgerEvent> {
  const connected = await systemForNew(tenantId, deps);
  if (draft.hold) {
    const detail = `Bookings of this tenant are made in "${connected.config.id}", which holds no time. Leave hold out.`;
    throw new Problem('unprocessable', detail, { errors: [{ path: 'hold', detail: 'is not possible here' }] });
  }
  const resource = await requireResource(tenantId, draft.resourceId, deps);
  const booking = await connected.system.create(
    {
      resourceId: resource.id,
      ...checkInterval(draft, resource),
      ...(draft.title !== undefined && { title: draft.title }),
      ...(draft.guest && { guestName: draft.guest.name }),
    },
    idempotencyKey,
  );
  return acceptAnswer(tenantId, connected, booking, deps);
}

/** Changes a booking in its booking system. @throws as `createBooking`; NotFound; PreconditionFailed. */
export async function changeBooking(
  tenantId: string,
  id: string,
  wanted: z.output<typeof bookingChangeSchema>,
  deps: AppDeps,
): Promise<LedgerEvent> {
  const event = await findBooking(tenantId, id, deps);
  const connected = await systemOf(tenantId, event, deps);
  const resource = await requireResource(tenantId, wanted.resourceId ?? event.resourceId, deps);
  const interval = checkInterval({ start: wanted.start ?? event.start, end: wanted.end ?? event.end }, resource);
  const moves = wanted.start !== undefined || wanted.end !== undefined;
  const change: BookingChange = {
    ...(moves && { interval }),
    ...(wanted.resourceId !== undefined && { resourceId: resource.id }),
    ...(wanted.title !== undefined && { title: wanted.title }),
  };
  const bookingId = event.source.externalUid;
  try {
    const booking = await connected.system.change(bookingId, change, event.booking?.version);
    return await acceptAnswer(tenantId, connected, booking, deps);
  } catch (error) {
    // Our ledger was behind: catch up, so that the caller reads what is and may decide again.
    if (error instanceof PreconditionFailed) {
      await acceptBooking({ tenantId, systemId: connected.config.id, bookingId }, deps);
    }
    throw error;
  }
}

/** Cancels a booking in its booking system; done also when it was cancelled already. @throws as `changeBooking`. */
export async function cancelBooking(tenantId: string, id: string, reason: string, deps: AppDeps): Promise<LedgerEvent> {
  const event = await findBooking(tenantId, id, deps);
  const connected = await systemOf(tenantId, event, deps);
  const booking = await connected.system.cancel(event.source.externalUid, reason);
  return acceptAnswer(tenantId, connected, booking, deps);
}

/** Takes what the booking system answered into the ledger. Its webhook will find nothing new. */
async function acceptAnswer(
  tenantId: string,
  { config }: ConnectedSystem,
  booking: Booking,
  deps: AppDeps,
): Promise<LedgerEvent> {
  await acceptRead({ tenantId, config, booking }, deps);
  const event = await deps.store.events.get(deps.documents, tenantId, eventIdOfBooking(config.id, booking.id));
  if (!event) throw new TemporarilyUnavailable('the booking system answered with a booking of no resource of ours');
  return event;
}
