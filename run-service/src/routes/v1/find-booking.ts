import type { BookingSystemConfig } from '@dovetail/core/domain/booking-system-config.ts';
import { NotFound } from '@dovetail/core/domain/errors.ts';
import { isBooking, type LedgerEvent, standingAt } from '@dovetail/core/domain/event.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import type { BookingSystem } from '@dovetail/core/ports/booking-system.ts';
import { eventIdOfBooking } from '@dovetail/core/sync/commit-booking.ts';
import { eventIdOfDirect } from '@dovetail/core/sync/direct/direct-booking.ts';
import type { AppDeps } from '../../app-deps.ts';
import { Problem } from '../../middleware/problem.ts';

type FindDeps = Pick<AppDeps, 'documents' | 'store' | 'bookingSystem' | 'clock'>;

/** A booking system with its configuration. */
export interface ConnectedSystem {
  readonly config: BookingSystemConfig;
  readonly system: BookingSystem;
}

const EVENT_ID = /^[a-v0-9]{26}$/;

/** The booking as it stands now, by our id of it or its source's own. @throws NotFound. */
export async function findBooking(tenantId: string, id: string, deps: FindDeps): Promise<LedgerEvent> {
  const systems = await deps.store.bookingSystems.query(deps.documents, tenantId);
  const ids = [...systems.map((system) => eventIdOfBooking(system.id, id)), eventIdOfDirect(id)];
  if (EVENT_ID.test(id)) ids.unshift(id);
  const found = await deps.store.events.getMany(deps.documents, tenantId, ids);
  const booking = found.find((event) => event !== null && isBooking(event));
  if (!booking) throw new NotFound('no booking by that id');
  return standingAt(booking, instantOf(deps.clock.now()));
}

/** The booking system a booking came from. @throws Problem when it takes no changes from us. */
export async function systemOf(tenantId: string, booking: LedgerEvent, deps: FindDeps): Promise<ConnectedSystem> {
  const config = await deps.store.bookingSystems.get(deps.documents, tenantId, booking.source.id);
  const system = config && deps.bookingSystem(config, tenantId);
  if (config && system) return { config, system };
  throw new Problem(
    'unprocessable',
    `The booking system "${booking.source.id}" takes no changes from here. Change the booking there.`,
  );
}

/**
 * The booking system that new bookings of the tenant go to; null for a tenant that has none, whose bookings are made with
 * us. @throws Problem when all it has take none from us.
 */
export async function systemForNew(tenantId: string, deps: FindDeps): Promise<ConnectedSystem | null> {
  const configs = await deps.store.bookingSystems.query(deps.documents, tenantId);
  if (configs.length === 0) return null;
  for (const config of configs) {
    const system = deps.bookingSystem(config, tenantId);
    if (system) return { config, system };
  }
  throw new Problem(
    'unprocessable',
    'No booking system of this tenant takes bookings from here. Make the booking in its own app.',
  );
}
