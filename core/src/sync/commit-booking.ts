import { isDeepStrictEqual } from 'node:util';
import type { Booking, Guest } from '../domain/booking.ts';
import { isNewer } from '../domain/booking.ts';
import type { BookingSystemConfig } from '../domain/booking-system-config.ts';
import { AlreadyExists } from '../domain/errors.ts';
import type { EventStatus, LedgerEvent } from '../domain/event.ts';
import { deliveryIdOf, eventIdOf } from '../domain/identity.ts';
import { instantOf } from '../domain/interval.ts';
import { prioritiesOf, systemPriority } from '../domain/priorities.ts';
import { type CommitResult, commitChanges, type EventState } from '../ledger/commit-changes.ts';
import type { Write } from '../ports/document-store.ts';
import type { SyncDeps } from './deps.ts';

/** Shown on calendars when a booking has neither title nor guest name. */
const UNTITLED = 'Booking';

interface CommitBookingInput {
  readonly tenantId: string;
  readonly config: BookingSystemConfig;
  readonly booking: Booking;
  /** The delivery that told of it. */
  readonly webhookId?: string | undefined;
  readonly writes?: readonly Write[];
}

type CommitBookingDeps = Pick<SyncDeps, 'documents' | 'store' | 'clock' | 'newId' | 'log' | 'tasks'>;

/** The id under which the ledger knows a booking of a system. */
export function eventIdOfBooking(systemId: string, bookingId: string): string {
  return eventIdOf({ type: 'booking-system', id: systemId, externalUid: bookingId });
}

/**
 * Commits a booking to the ledger if it is a later state than the one there, with its delivery record and `writes` in
 * the same transaction. A booking that no resource of ours answers to is committed only as the end of the time it held
 * before.
 * @throws NotFound when its resource does not exist, AlreadyExists when `writes` create what is there, and what the
 * document store throws.
 */
export async function commitBooking(input: CommitBookingInput, deps: CommitBookingDeps): Promise<CommitResult> {
  const { tenantId, config, webhookId, writes = [] } = input;
  if (webhookId === undefined) return commitIfNews(input, writes, deps);
  const deliveryId = deliveryIdOf(tenantId, config.id, webhookId);
  try {
    const delivery = deps.store.tenants.createDelivery(deliveryId, deps.clock.now());
    return await commitIfNews(input, [...writes, delivery], deps);
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
    // It was delivered before, but what was read then may have been an older state: only the order of states decides.
    return commitIfNews(input, writes, deps);
  }
}

function commitIfNews(
  { tenantId, config, booking }: CommitBookingInput,
  writes: readonly Write[],
  deps: CommitBookingDeps,
): Promise<CommitResult> {
  const eventId = eventIdOfBooking(config.id, booking.id);
  return commitChanges(
    {
      tenantId,
      eventIds: [eventId],
      readsTenant: config.type === 'motopress',
      decide: (current, { tenant }) => {
        const known = current.get(eventId);
        const now = instantOf(deps.clock.now());
        if (known && !isNews(booking, config, known, now)) return null;
        const priority = systemPriority(config, prioritiesOf(tenant?.priorities));
        const state = eventStateOf(booking, { ...config, priority }, known, now);
        return state && { events: [state], writes };
      },
    },
    deps,
  );
}

/**
 * True for a later state; or the same one again, once the resource that was missing then has been added. Of a system
 * that does not say when it changed a booking, what is read later is news only if it says something else. Pure.
 */
export function isNews(booking: Booking, config: BookingSystemConfig, known: LedgerEvent, now: string): boolean {
  const order = known.booking ?? {};
  if (isNewer(booking, order)) {
    const isOrdered = booking.version !== undefined || booking.updatedAt !== undefined;
    return isOrdered || !isDeepStrictEqual(saidBy(eventStateOf(booking, config, known, now)), saidBy(known));
  }
  return known.status === 'released' && booking.resourceId !== undefined && !isNewer(order, booking);
}

/** What a booking system says of an event, and nothing of when. */
function saidBy(event: EventState | null): unknown {
  if (!event) return null;
  const { resourceId, status, start, end, title, guest, price, currency, booking } = event;
  return { resourceId, status, start, end, title, guest, price, currency, booked: booking?.status };
}

/**
 * What the ledger should hold of a booking; null when there is nothing to hold. Pure.
 *
 * A booking that is first seen cancelled is held too, though it takes no time: a late notice of an earlier state must
 * find it there, or it would bring the booking to life.
 */
export function eventStateOf(
  booking: Booking,
  config: BookingSystemConfig,
  known: LedgerEvent | undefined,
  now: string,
): EventState | null {
  const resourceId = booking.resourceId ?? known?.resourceId;
  if (resourceId === undefined) return null;
  const guest = booking.guest && withWellFormedName(booking.guest);
  const stays = isOver(booking) && known ? known : booking;
  return {
    id: eventIdOfBooking(config.id, booking.id),
    resourceId,
    kind: 'reservation',
    status: statusOf(booking, known),
    source: { type: 'booking-system', id: config.id, externalUid: booking.id },
    start: stays.start,
    end: stays.end,
    title: booking.title?.toWellFormed() ?? guest?.name ?? UNTITLED,
    priority: config.priority,
    // What this system sold is not told to it again as somebody else's.
    ...(config.type === 'motopress' && { platform: 'motopress' }),
    booking: {
      status: booking.status,
      ...(booking.version !== undefined && { version: booking.version }),
      ...(booking.updatedAt !== undefined && { updatedAt: booking.updatedAt }),
      ...(booking.readAt !== undefined && { readAt: booking.readAt }),
    },
    ...(guest && { guest }),
    ...(booking.price !== undefined && { price: booking.price }),
    ...(booking.currency !== undefined && { currency: booking.currency }),
    lastSeenAt: now,
  };
}

/**
 * A booking that left our resources frees its time. One that is over keeps whatever status it had, unless it comes back
 * to a resource of ours.
 */
function statusOf(booking: Booking, known: LedgerEvent | undefined): EventStatus {
  if (booking.status === 'cancelled' || (isOver(booking) && known?.status === 'cancelled')) return 'cancelled';
  if (booking.resourceId === undefined) return 'released';
  return isOver(booking) && known && known.status !== 'released' ? known.status : 'active';
}

/** Somebody came, or nobody did: either way it changes nothing about the time that was taken. */
function isOver({ status }: Booking): boolean {
  return status === 'completed' || status === 'no_show';
}

/** A system that cuts texts to a length may leave half a surrogate pair: that is no text, and UTF-8 cannot hold it. */
function withWellFormedName(guest: Guest): Guest {
  return guest.name === undefined ? guest : { ...guest, name: guest.name.toWellFormed() };
}
