import type { Booking } from '../domain/booking.ts';
import type { BookingSystemConfig } from '../domain/booking-system-config.ts';
import { instantOf } from '../domain/interval.ts';
import { linesOfSource } from '../ledger/lines-of-source.ts';
import type { BookingSystem } from '../ports/booking-system.ts';
import { eventIdOfBooking } from './commit-booking.ts';
import type { SyncDeps } from './deps.ts';
import type { Holding } from './plan-bookings-audit.ts';

/** A booking system that can list what it holds. */
export type ListingSystem = BookingSystem & Required<Pick<BookingSystem, 'listHolding'>>;

/** True for one of which bookings may vanish without a trace. */
export function canList(system: BookingSystem | null | undefined): system is ListingSystem {
  return system?.listHolding !== undefined;
}

/** Reads what the booking system and the ledger hold from today (UTC) on. @throws what both throw. */
export async function readHolding(
  { tenantId, config, system }: { tenantId: string; config: BookingSystemConfig; system: ListingSystem },
  deps: Pick<SyncDeps, 'documents' | 'store' | 'clock'>,
): Promise<Holding> {
  const date = instantOf(deps.clock.now()).slice(0, 10);
  const listed = new Map<string, Pick<Booking, 'id' | 'resourceId'>>();
  let cursor: string | undefined;
  do {
    const page = await system.listHolding(date, cursor);
    for (const booking of page.bookings) listed.set(eventIdOfBooking(config.id, booking.id), booking);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  const resourceIds = new Set<string>();
  for await (const resources of deps.store.resources.each(deps.documents, tenantId)) {
    for (const { id } of resources) resourceIds.add(id);
  }
  const source = { type: 'booking-system', id: config.id } as const;
  const lines = await linesOfSource({ tenantId, source, resourceIds, date }, deps);
  return { lines, listed, resourceIds, date };
}
