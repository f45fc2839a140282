import type { Booking } from '../domain/booking.ts';
import { isNewer } from '../domain/booking.ts';
import type { Content, ContentField } from '../domain/content.ts';
import { AccessRevoked, NotFound, PreconditionFailed, Rejected, TemporarilyUnavailable } from '../domain/errors.ts';
import type { LedgerEvent } from '../domain/event.ts';
import type { BookingChange } from '../ports/booking-system.ts';
import type { Write } from '../ports/document-store.ts';
import { commitBooking } from './commit-booking.ts';
import type { SyncDeps } from './deps.ts';
import { enqueueReconciles } from './enqueue-reconciles.ts';
import type { ReconcileWork, WritableSource } from './reconcile-work.ts';

/** How the booking system answered: it did (or had been changed, and we now know how), or it refused. */
export type SourceAnswer = { readonly refused: string } | { readonly refused?: undefined };

/**
 * Reads the booking, lets `act` change it, and commits what the booking system then says, with `writes` in the same
 * transaction. A booking that had already changed is committed instead, without them, and everything is planned again.
 * @throws RateLimited, TemporarilyUnavailable.
 */
export async function askSource(
  work: ReconcileWork,
  source: WritableSource,
  writes: readonly Write[],
  deps: SyncDeps,
  act: (booking: Booking) => Promise<Booking>,
): Promise<SourceAnswer> {
  const { tenantId, binding } = work;
  const event = work.event as LedgerEvent;
  const bookingId = event.source.externalUid;
  const ids = { direction: 'to-source', tenantId, bookingId, eventId: event.id, bindingId: binding.id } as const;
  try {
    const booking = await source.system.get(bookingId);
    if (!booking) return { refused: 'unknown_booking' };
    const isNews = isNewer(booking, event.booking ?? {});
    const commit = isNews ? { booking } : { booking: await act(booking), writes };
    const result = await commitBooking({ tenantId, config: source.config, ...commit }, deps);
    await enqueueReconciles(
      tenantId,
      result.marked.filter((marked) => marked.bindingId !== binding.id),
      deps,
    );
    deps.log.info(isNews ? 'booking.was-newer' : 'booking.changed', { ...ids, resourceId: commit.booking.resourceId });
    return {};
  } catch (error) {
    if (error instanceof PreconditionFailed) return {};
    if (error instanceof Rejected) return { refused: error.reason };
    if (error instanceof NotFound) return { refused: 'unknown_booking' };
    if (!(error instanceof AccessRevoked)) throw error;
    deps.log.alert('booking-system.access-revoked', { ...ids, systemId: source.config.id });
    throw new TemporarilyUnavailable('the booking system refuses our credentials', { cause: error });
  }
}

/** The named fields of `content`, as a booking system is asked for them. */
export function changeOf(content: Content, fields: readonly ContentField[]): BookingChange {
  return {
    ...(fields.includes('interval') && { interval: { start: content.start, end: content.end } }),
    ...(fields.includes('resource') && { resourceId: content.resourceId }),
    ...(fields.includes('title') && { title: content.title }),
  };
}
