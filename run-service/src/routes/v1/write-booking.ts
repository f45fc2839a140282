import type { Booking } from '@dovetail/core/domain/booking.ts';
import { PreconditionFailed, TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import { roleIncludes } from '@dovetail/core/domain/tenant.ts';
import type { BookingChange } from '@dovetail/core/ports/booking-system.ts';
import { acceptBooking, acceptRead } from '@dovetail/core/sync/accept-booking.ts';
import { eventIdOfBooking } from '@dovetail/core/sync/commit-booking.ts';
import { isDirect } from '@dovetail/core/sync/direct/direct-booking.ts';
import type { z } from 'zod';
import type { AppDeps } from '../../app-deps.ts';
import { invalidFields } from '../../middleware/check.ts';
import { checkInterval } from '../../middleware/check-interval.ts';
import { Problem } from '../../middleware/problem.ts';
import { presentBooking } from '../../present/booking.ts';
import type { bookingChangeSchema, bookingDraftSchema, confirmationSchema } from '../../schemas/booking.ts';
import { type ConnectedSystem, findBooking, systemForNew, systemOf } from './find-booking.ts';
import { requireResource } from './require-resource.ts';
import {
  type Asking,
  cancelDirectBooking,
  changeDirectBooking,
  confirmDirect,
  createDirect,
} from './write-direct-booking.ts';

/**
 * Makes a booking in the tenant's booking system and takes its answer into the ledger, or, where there is no such system,
 * in the ledger itself. Repeating `idempotencyKey` makes no second one, nor does the same `freshId`.
 * @throws Problem; Rejected when the slot is taken; what the booking system and the store throw.
 */
export async function createBooking(
  asking: Asking & { readonly idempotencyKey: string | undefined; readonly freshId: () => string },
  draft: z.output<typeof bookingDraftSchema>,
  deps: AppDeps,
): Promise<LedgerEvent> {
  const { tenantId, idempotencyKey = deps.newId() } = asking;
  const connected = await systemForNew(tenantId, deps);
  if (!connected) return createDirect(asking, draft, asking.freshId(), deps);
  requireManager(asking);
  checkDraft(draft, connected);
  const resource = await requireResource(tenantId, draft.resourceId, deps);
  const booking = await connected.system.create(
    {
      resourceId: resource.id,
      ...checkInterval(draft, resource),
      ...(draft.title !== undefined && { title: draft.title }),
      ...(draft.guest?.name !== undefined && { guestName: draft.guest.name }),
    },
    idempotencyKey,
  );
  return acceptAnswer(tenantId, connected, booking, deps);
}

/** Changes a booking at its source. @throws as `createBooking`; NotFound; PreconditionFailed. */
export async function changeBooking(
  asking: Asking,
  id: string,
  wanted: z.output<typeof bookingChangeSchema>,
  deps: AppDeps,
): Promise<LedgerEvent> {
  const { tenantId } = asking;
  const event = await findBooking(tenantId, id, deps);
  if (isDirect(event)) return changeDirectBooking(asking, event, wanted, deps);
  requireManager(asking);
  refuse({ guest: wanted.guest, ignoreRules: wanted.ignoreRules || undefined }, event.source.id);
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

/** Confirms a booking that is held with us. @throws Problem for any other; as `changeBooking`. */
export async function confirmBooking(
  asking: Asking,
  id: string,
  details: z.output<typeof confirmationSchema>,
  deps: AppDeps,
): Promise<LedgerEvent> {
  const event = await findBooking(asking.tenantId, id, deps);
  if (isDirect(event)) return confirmDirect(asking, event, details, deps);
  const { status, source } = presentBooking(event);
  throw new Problem(
    'unprocessable',
    status === 'held'
      ? `The booking is held in "${source.id}", which confirms it. Confirm it there.`
      : `Only a held booking can be confirmed; this one is ${status}.`,
  );
}

/** Cancels a booking at its source; done also when it was cancelled already. @throws as `changeBooking`. */
export async function cancelBooking(
  asking: Asking,
  id: string,
  reason: string | undefined,
  deps: AppDeps,
): Promise<LedgerEvent> {
  const { tenantId } = asking;
  const event = await findBooking(tenantId, id, deps);
  if (isDirect(event)) return cancelDirectBooking(asking, event, reason, deps);
  requireManager(asking);
  const connected = await systemOf(tenantId, event, deps);
  const booking = await connected.system.cancel(event.source.externalUid, reason ?? 'cancelled by staff');
  return acceptAnswer(tenantId, connected, booking, deps);
}

/** The booking system's own bookings are for those who answer for it. */
function requireManager({ role }: Asking): void {
  if (roleIncludes(role, 'manager')) return;
  throw new Problem('forbidden', `Bookings of a booking system take the role manager; the key has ${role}.`);
}

function checkDraft(draft: z.output<typeof bookingDraftSchema>, { config }: ConnectedSystem): void {
  refuse({ hold: draft.hold || undefined, ignoreRules: draft.ignoreRules || undefined }, config.id);
  const { name, ...rest } = draft.guest ?? {};
  const more = Object.keys(rest).map((field) => ({ path: `guest.${field}`, detail: 'is not for a booking system' }));
  if (draft.guest && name === undefined) more.push({ path: 'guest.name', detail: 'is missing' });
  if (more.length > 0) throw invalidFields(more);
}

/** @throws Problem for fields of requests that a booking system does not understand. */
function refuse(asked: Readonly<Record<string, unknown>>, systemId: string): void {
  const [field] = Object.keys(asked).filter((name) => asked[name] !== undefined);
  if (field === undefined) return;
  const detail = `Bookings here are made in "${systemId}", which knows no ${field}. Leave it out.`;
  throw new Problem('unprocessable', detail, { errors: [{ path: field, detail: 'is not possible here' }] });
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
