import { instantOf, msOf } from '../domain/interval.ts';
import { acceptPolled, setAside } from './accept-polled.ts';
import type { SyncDeps } from './deps.ts';

/** Re-read each time, so that a booking whose change was committed late at its source is not passed over. */
const OVERLAP_MS = 5 * 60_000;
/** How far back the very first poll looks. */
const FIRST_POLL_MS = 400 * 86_400_000;

/**
 * Reads what changed in a booking system since the last poll and accepts it, whether or not a webhook told of it. How
 * far it has read is stored only after everything before it was accepted.
 * @throws what the booking system and the store throw.
 */
export async function pollBookings(
  input: { readonly tenantId: string; readonly systemId: string },
  deps: SyncDeps,
): Promise<{ readonly seen: number; readonly committed: number }> {
  const { tenantId, systemId } = input;
  const config = await deps.store.bookingSystems.get(deps.documents, tenantId, systemId);
  const system = config && deps.bookingSystem(config, tenantId);
  if (!config || !system) return { seen: 0, committed: 0 };
  const startedAt = deps.clock.now();
  const since = config.polledUntil ? msOf(config.polledUntil) - OVERLAP_MS : startedAt - FIRST_POLL_MS;
  let seen = 0;
  let committed = 0;
  let cursor: string | undefined;
  do {
    const page = await system.listChanged(instantOf(since), cursor);
    for (const booking of page.bookings) {
      seen++;
      if (await acceptPolled(tenantId, config, booking, deps)) committed++;
    }
    for (const { bookingId, paths } of page.unreadable) {
      seen++;
      await setAside(tenantId, config, bookingId, `these fields are missing or wrong: ${paths.join(', ')}`, deps);
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  await deps.documents.commit([
    deps.store.bookingSystems.update(tenantId, systemId, { polledUntil: instantOf(startedAt) }),
  ]);
  if (committed > 0) deps.log.info('bookings.polled', { direction: 'to-ledger', tenantId, systemId, count: committed });
  return { seen, committed };
}
