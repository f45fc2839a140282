import { holdsTime, type LedgerEvent } from '@dovetail/core/domain/event.ts';
import type { Role } from '@dovetail/core/domain/tenant.ts';
import type { z } from 'zod';
import type { bookingSchema } from '../schemas/booking.ts';

/**
 * A reservation as the API shows it to a role. A guest's key may be in many hands, and an id is soon known: guests get no
 * details back.
 */
export function presentBookingTo(role: Role, event: LedgerEvent): z.input<typeof bookingSchema> {
  if (role !== 'guest') return presentBooking(event);
  const { guest: _, title: __, ...rest } = presentBooking(event);
  return rest;
}

/** A reservation as the API shows it. */
export function presentBooking(event: LedgerEvent): z.input<typeof bookingSchema> {
  return {
    id: event.id,
    resourceId: event.resourceId,
    start: event.start,
    end: event.end,
    status: statusOf(event),
    holdExpiresAt: event.until,
    guest: event.guest,
    title: event.title,
    source: event.source,
    version: event.booking?.version,
    createdAt: event.firstSeenAt,
    updatedAt: event.updatedAt,
  };
}

/** A booking that is over, kept or not, stays confirmed; one that left our resources, or lapsed, no longer stands. */
function statusOf(event: LedgerEvent): 'held' | 'confirmed' | 'cancelled' {
  if (!holdsTime(event)) return 'cancelled';
  return event.until !== undefined || event.booking?.status === 'pending' ? 'held' : 'confirmed';
}
