import { NotFound } from '../domain/errors.ts';
import type { SyncDeps } from './deps.ts';
import { endLostBookings } from './end-lost-bookings.ts';
import { compareHolding } from './plan-bookings-audit.ts';
import { canList, readHolding } from './read-holding.ts';
import { recordRun } from './record-run.ts';

/**
 * Staff say that the bookings which their system does not know are gone: each is cancelled, whether it was held or waited
 * for its second answer. Those that are listed again are left for the next audit. Answers how many were cancelled.
 * @throws NotFound; what the booking system answers with where it does not say what it holds.
 */
export async function acceptLostBookings(
  input: { readonly tenantId: string; readonly systemId: string },
  deps: SyncDeps,
): Promise<number> {
  const { tenantId, systemId } = input;
  const { documents, store } = deps;
  const config = await store.bookingSystems.get(documents, tenantId, systemId);
  if (!config) throw new NotFound(`no booking system "${systemId}"`);
  const system = deps.bookingSystem(config, tenantId);
  if (!canList(system)) return 0;
  const startedAt = deps.clock.now();
  const { absent, future } = compareHolding(await readHolding({ tenantId, config, system }, deps));
  const ids = absent.filter(({ status }) => status === 'missing').map(({ id }) => id);
  const events = (await store.events.getMany(documents, tenantId, ids)).filter((event) => event !== null);
  const changes = await endLostBookings({ tenantId, events, status: 'cancelled', askedAt: startedAt }, deps);
  await documents.commit([store.bookingSystems.update(tenantId, systemId, { removalsHeldAt: undefined })]);
  const counts = { seen: future, released: changes.length };
  const flow = { tenantId, systemId, flow: 'accept-lost-bookings', trigger: 'staff', status: 'success' } as const;
  await recordRun({ ...flow, startedAt, counts, changes }, deps);
  deps.log.info('bookings.decided', { tenantId, systemId, count: changes.length });
  return changes.length;
}
