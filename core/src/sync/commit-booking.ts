import type { Booking } from '../domain/booking.ts';
import { isNewer } from '../domain/booking.ts';
import type { BookingSystemConfig } from '../domain/booking-system-config.ts';
import { AlreadyExists } from '../domain/errors.ts';
import type { EventStatus, LedgerEvent } from '../domain/event.ts';
import { deliveryIdOf, eventIdOf } from '../domain/identity.ts';
import { instantOf } from '../domain/interval.ts';
import { type CommitResult, commitChanges, type EventState } from '../ledger/commit-changes.ts';
import type { Write } from '../ports/document-store.ts';
import type { SyncDeps } from './deps.ts';

/** Shown on calendars when a booking has neither title nor guest name. */
const UNTITLED = 'Booking';

const NOTHING: CommitResult = { changes: [], marked: [], warnings: [] };

/** The id under which the ledger knows a booking of a system. */
export function eventIdOfBooking(systemId: string, bookingId: string): string {
  return eventIdOf({ type: 'booking-system', id: systemId, externalUid: bookingId });
}

/**
 * Commits a booking to the ledger if it is a later state than the one there, with its delivery record and `writes` in
 * the same transaction. A booking that no resource of ours answers to is committed only as the release of the time it
 * held before.
 */
export async function commitBooking(
  input: {
    readonly tenantId: string;
    readonly config: BookingSystemConfig;
    readonly booking: Booking;
    readonly webhookId?: string | undefined;
    readonly writes?: readonly Write[];
  },
  deps: Pick<SyncDeps, 'documents' | 'store' | 'clock' | 'newId'>,
): Promise<CommitResult> {
  const { tenantId, config, booking, webhookId } = input;
  const eventId = eventIdOfBooking(config.id, booking.id);
  const writes = [...(input.writes ?? [])];
  if (webhookId !== undefined) {
    writes.push(deps.store.tenants.createDelivery(deliveryIdOf(tenantId, config.id, webhookId), deps.clock.now()));
  }
  try {
    return await commitChanges(
      {
        tenantId,
        eventIds: [eventId],
        decide: (current) => {
          const known = current.get(eventId);
          if (known && !isNews(booking, known)) return null;
          const state = eventStateOf(booking, config, known, instantOf(deps.clock.now()));
          return state && { events: [state], writes };
        },
      },
      deps,
    );
  } catch (error) {
    if (error instanceof AlreadyExists) return NOTHING;
    throw error;
  }
}

/** A later state; or the same one again, once the resource that was missing then has been added. */
function isNews(booking: Booking, known: LedgerEvent): boolean {
  const order = known.booking ?? {};
  if (isNewer(booking, order)) return true;
  return known.status === 'released' && booking.resourceId !== undefined && !isNewer(order, booking);
}

/** What the ledger should hold of a booking; null when there is nothing to hold. Pure. */
export function eventStateOf(
  booking: Booking,
  config: BookingSystemConfig,
  known: LedgerEvent | undefined,
  now: string,
): EventState | null {
  const resourceId = booking.resourceId ?? known?.resourceId;
  if (resourceId === undefined) return null;
  const settled = booking.status === 'completed' || booking.status === 'no_show';
  const stays = settled && known ? known : booking;
  return {
    id: eventIdOfBooking(config.id, booking.id),
    resourceId,
    kind: 'reservation',
    status: statusOf(booking, known),
    source: { type: 'booking-system', id: config.id, externalUid: booking.id },
    start: stays.start,
    end: stays.end,
    title: booking.title ?? booking.guest?.name ?? UNTITLED,
    priority: config.priority,
    booking: {
      status: booking.status,
      ...(booking.version !== undefined && { version: booking.version }),
      ...(booking.updatedAt !== undefined && { updatedAt: booking.updatedAt }),
    },
    ...(booking.guest && { guest: booking.guest }),
    ...(booking.price !== undefined && { price: booking.price }),
    ...(booking.currency !== undefined && { currency: booking.currency }),
    lastSeenAt: now,
  };
}

/** Completed bookings and no-shows keep whatever they held; a booking that left our resources frees its time. */
function statusOf(booking: Booking, known: LedgerEvent | undefined): EventStatus {
  if (booking.resourceId === undefined) return 'released';
  if (booking.status === 'cancelled') return 'cancelled';
  if (known?.status === 'overridden' && booking.status !== 'pending') return 'overridden';
  return 'active';
}
