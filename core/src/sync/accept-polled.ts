import type { Booking } from '../domain/booking.ts';
import type { BookingSystemConfig } from '../domain/booking-system-config.ts';
import { InvalidInput } from '../domain/errors.ts';
import { acceptRead } from './accept-booking.ts';
import type { SyncDeps } from './deps.ts';
import { keepDeadLetter } from './keep-dead-letter.ts';

/**
 * Accepts a booking that was read with others: one that cannot be used is set aside, so that it keeps none of them from
 * being accepted. Answers whether it was news.
 */
export async function acceptPolled(
  tenantId: string,
  config: BookingSystemConfig,
  booking: Booking,
  deps: SyncDeps,
): Promise<boolean> {
  try {
    return (await acceptRead({ tenantId, config, booking }, deps)) === 'committed';
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    await setAside(tenantId, config, booking.id, error.message, deps);
    return false;
  }
}

/** Keeps an unusable booking for staff. Replaying it asks the booking system again. */
export async function setAside(
  tenantId: string,
  config: BookingSystemConfig,
  bookingId: string | undefined,
  why: string,
  deps: SyncDeps,
): Promise<void> {
  await keepDeadLetter(
    {
      tenantId,
      queue: 'accept-booking',
      payload: { tenantId, systemId: config.id, bookingId: bookingId ?? 'unknown' },
      reason: 'unusable_booking',
      detail: `Booking ${bookingId ?? 'without an id'} cannot be used: ${why}.`,
    },
    deps,
  );
}
