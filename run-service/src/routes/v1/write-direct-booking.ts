import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import { instantOf, isDate } from '@dovetail/core/domain/interval.ts';
import { type Role, roleIncludes } from '@dovetail/core/domain/tenant.ts';
import { bookDirectly } from '@dovetail/core/sync/direct/book-directly.ts';
import { cancelDirect } from '@dovetail/core/sync/direct/cancel-direct.ts';
import { changeDirect } from '@dovetail/core/sync/direct/change-direct.ts';
import { confirmHold } from '@dovetail/core/sync/direct/confirm-hold.ts';
import type { z } from 'zod';
import type { AppDeps } from '../../app-deps.ts';
import { invalidFields } from '../../middleware/check.ts';
import { checkInterval } from '../../middleware/check-interval.ts';
import { Problem } from '../../middleware/problem.ts';
import { presentBooking } from '../../present/booking.ts';
import type { bookingChangeSchema, bookingDraftSchema, confirmationSchema } from '../../schemas/booking.ts';
import { defined } from '../../schemas/defined.ts';
import { withAlternatives } from './refuse-time.ts';
import { requireResource } from './require-resource.ts';

/** Who asks. */
export interface Asking {
  readonly tenantId: string;
  readonly role: Role;
}

const MINUTE_MS = 60_000;
const USUAL_HOLD_MINUTES = 15;
/** A guest's key may be in a page that everybody can open: nobody shall hold a business's whole calendar with it. */
const MOST_GUEST_HOLD_MINUTES = 60;
const MOST_HOLD_MINUTES = 31 * 24 * 60;

/** Makes a booking, or a hold, in the ledger itself. @throws Problem; what `bookDirectly` throws. */
export async function createDirect(
  { tenantId, role }: Asking,
  body: z.output<typeof bookingDraftSchema>,
  bookingId: string,
  deps: AppDeps,
): Promise<LedgerEvent> {
  const { title, guest, ignoreRules } = body;
  requireStaffFor(ignoreRules, role);
  const holdUntil = body.hold ? holdEnd(body, role, deps.clock.now()) : undefined;
  const resource = await requireResource(tenantId, body.resourceId, deps);
  const interval = checkInterval(body, resource);
  const draft = {
    id: bookingId,
    resourceId: resource.id,
    ...interval,
    ...defined({ title, guest, holdUntil, ignoreRules }),
  };
  return withAlternatives({ tenantId, role, resource, interval }, () => bookDirectly({ tenantId, draft }, deps), deps);
}

/** Moves it, or says something else of it. @throws Problem; what `changeDirect` throws. */
export async function changeDirectBooking(
  { tenantId, role }: Asking,
  booking: LedgerEvent,
  wanted: z.output<typeof bookingChangeSchema>,
  deps: AppDeps,
): Promise<LedgerEvent> {
  requireStanding(booking);
  const { title, guest, ignoreRules } = wanted;
  const resource = await requireResource(tenantId, wanted.resourceId ?? booking.resourceId, deps);
  const interval = checkInterval({ start: wanted.start ?? booking.start, end: wanted.end ?? booking.end }, resource);
  const change = { interval, resourceId: resource.id, ...defined({ title, guest, ignoreRules }) };
  return withAlternatives(
    { tenantId, role, resource, interval, eventId: booking.id },
    () => changeDirect({ tenantId, booking, change }, deps),
    deps,
  );
}

/** Confirms a hold. @throws Problem; what `confirmHold` throws. */
export async function confirmDirect(
  { tenantId, role }: Asking,
  hold: LedgerEvent,
  details: z.output<typeof confirmationSchema>,
  deps: AppDeps,
): Promise<LedgerEvent> {
  if (hold.status === 'cancelled') throw new Problem('wrong-state', 'The booking was cancelled. Make a new one.');
  const resource = await requireResource(tenantId, hold.resourceId, deps);
  return withAlternatives(
    { tenantId, role, resource, interval: hold, eventId: hold.id },
    () => confirmHold({ tenantId, hold, details: defined(details ?? {}) }, deps),
    deps,
  );
}

/** Cancels it; a guest only lets go of a hold. @throws Problem; what `cancelDirect` throws. */
export function cancelDirectBooking(
  { tenantId, role }: Asking,
  booking: LedgerEvent,
  reason: string | undefined,
  deps: AppDeps,
): Promise<LedgerEvent> {
  if (role === 'guest' && presentBooking(booking).status === 'confirmed') {
    throw new Problem('forbidden', 'Cancelling a confirmed booking takes the role staff; guests may let go of holds.');
  }
  return cancelDirect({ tenantId, eventId: booking.id, ...defined({ reason }) }, deps);
}

function requireStaffFor(ignoreRules: boolean, role: Role): void {
  if (!ignoreRules || roleIncludes(role, 'staff')) return;
  throw new Problem('forbidden', `Setting rules aside takes the role staff; the key has ${role}.`);
}

function requireStanding(booking: LedgerEvent): void {
  if (presentBooking(booking).status !== 'cancelled') return;
  const lapsed = booking.until === undefined ? 'was cancelled' : 'was cancelled, or its hold has lapsed';
  throw new Problem('wrong-state', `The booking ${lapsed}. Make a new one.`);
}

function holdEnd(
  { holdMinutes = USUAL_HOLD_MINUTES, holdExpiresAt }: z.output<typeof bookingDraftSchema>,
  role: Role,
  now: number,
): string {
  const path = holdExpiresAt === undefined ? 'holdMinutes' : 'holdExpiresAt';
  if (holdExpiresAt !== undefined && isDate(holdExpiresAt)) {
    throw invalidFields([{ path, detail: 'must be a time with an offset' }]);
  }
  const until = holdExpiresAt ?? instantOf(now + holdMinutes * MINUTE_MS);
  if (until <= instantOf(now)) throw invalidFields([{ path, detail: 'is over' }]);
  const most = role === 'guest' ? MOST_GUEST_HOLD_MINUTES : MOST_HOLD_MINUTES;
  if (until > instantOf(now + most * MINUTE_MS)) {
    throw invalidFields([{ path, detail: `is more than ${most} minutes from now` }]);
  }
  return until;
}
