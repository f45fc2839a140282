import type { BookingSystemConfig } from '@dovetail/core/domain/booking-system-config.ts';
import { NotFound } from '@dovetail/core/domain/errors.ts';
import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import type { BookingSystem } from '@dovetail/core/ports/booking-system.ts';
import { eventIdOfBooking } from '@dovetail/core/sync/commit-booking.ts';
import type { AppDeps } from '../../app-deps.ts';
import { Problem } from '../../middleware/problem.ts';

type FindDeps = Pick<AppDeps, 'documents' | 'store' | 'bookingSystem'>;

/** A booking system with its configuration. */
export interface ConnectedSystem {
  readonly config: BookingSystemConfig;
  readonly system: BookingSystem;
}

const EVENT_ID = /^[a-v0-9]{26}$/;

/** True for ledger events that are bookings: reservations of a booking system. */
export function isBooking(event: LedgerEvent): boolean {
  return event.kind === 'reservation' && event.source.type === 'booking-system';
}

/** The booking by our id of it or its booking system's own. @throws NotFound. */
export async function findBooking(tenantId: string, id: string, deps: FindDeps): Promise<LedgerEvent> {
  const systems = await deps.store.bookingSystems.query(deps.documents, tenantId);
  const ids = systems.map((system) => eventIdOfBooking(system.id, id));
  if (EVENT_ID.test(id)) ids.unshift(id);
  const found = await deps.store.events.getMany(deps.documents, tenantId, ids);
  const booking = found.find((event) => event !== null && isBooking(event));
  if (!booking) throw new NotFound('no booking by that id');
  return booking;
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

/** The booking system that new bookings of the tenant go to. @throws Problem when there is none. */
export async function systemForNew(tenantId: string, deps: FindDeps): Promise<ConnectedSystem> {
  for (const config of await deps.store.bookingSystems.query(deps.documents, tenantId)) {
    const system = deps.bookingSystem(config, tenantId);
    if (system) return { config, system };
  }
  throw new Problem(
    'unprocessable',
    'No booking system of this tenant takes bookings from here. Make the booking in its own app.',
  );
}
