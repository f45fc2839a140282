import type { Conflict } from '../domain/conflict.ts';
import { holdsTime, isOwn, type LedgerEvent, shownStatus } from '../domain/event.ts';
import type { Notification, NotificationFamily } from '../domain/notification.ts';
import { changesAppearance } from './revise-event.ts';

/** What a commit led to. */
export interface Happened {
  readonly changes: readonly { readonly before: LedgerEvent | undefined; readonly after: LedgerEvent }[];
  readonly conflicts: readonly { readonly before: Conflict | undefined; readonly after: Conflict }[];
}

/**
 * What webhooks are to be told of a commit, as far as they are subscribed. A booking is a reservation that its own
 * source put there and that no other one shows in its place; it is created when it comes to hold its time, updated when
 * its time, title or state changes, and cancelled when it no longer holds it. Pure.
 */
export function notificationsOf(
  { changes, conflicts }: Happened,
  families: readonly NotificationFamily[],
  now: string,
): Notification[] {
  const bookings = families.includes('booking') ? changes.flatMap((change) => ofBooking(change, now)) : [];
  const contests = families.includes('conflict') ? conflicts.flatMap((conflict) => ofConflict(conflict, now)) : [];
  return [...bookings, ...contests];
}

function ofBooking({ before, after }: Happened['changes'][number], timestamp: string): Notification[] {
  const [stood, stands] = [before !== undefined && isStandingBooking(before), isStandingBooking(after)];
  const data = bookingData(after);
  if (!stood && !stands) return [];
  if (!stood) return [{ type: 'booking.created', timestamp, data }];
  if (!stands) return [{ type: 'booking.cancelled', timestamp, data }];
  return changesAppearance(before, after) ? [{ type: 'booking.updated', timestamp, data }] : [];
}

function isStandingBooking(event: LedgerEvent): boolean {
  return event.kind === 'reservation' && isOwn(event) && holdsTime(event) && event.mergedInto === undefined;
}

function bookingData(event: LedgerEvent): Notification['data'] {
  const { id, resourceId, start, end, source, revision, until } = event;
  return {
    eventId: id,
    // Of other sources the name may be anything, a guest's too.
    ...(source.type === 'booking-system' && { bookingId: source.externalUid }),
    ...{ resourceId, start, end, status: shownStatus(event) },
    source: { type: source.type, id: source.id },
    ...(until !== undefined && { holdExpiresAt: until }),
    revision,
  };
}

function ofConflict({ before, after }: Happened['conflicts'][number], timestamp: string): Notification[] {
  const wasOpen = before?.status === 'open';
  if (wasOpen === (after.status === 'open')) return [];
  const { id, resourceId, eventIds, start, end, status, winnerEventId, resolvedBy } = after;
  const data = {
    ...{ conflictId: id, resourceId, type: after.type, eventIds, start, end, status },
    ...(winnerEventId !== undefined && { winnerEventId }),
    ...(resolvedBy !== undefined && { resolvedBy }),
  };
  return [{ type: wasOpen ? 'conflict.resolved' : 'conflict.opened', timestamp, data }];
}
