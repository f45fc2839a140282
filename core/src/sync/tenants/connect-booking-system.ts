import type { BookingSystemConfig } from '../../domain/booking-system-config.ts';
import { NotFound, Rejected } from '../../domain/errors.ts';
import { instantOf } from '../../domain/interval.ts';
import type { SyncDeps } from '../deps.ts';

/** How a booking system is reached, and what its ids mean; what we have learned of it so far is ours to keep. */
export type BookingSystemSettings = Omit<
  BookingSystemConfig,
  'polledUntil' | 'lastAuditAt' | 'removalsHeldAt' | 'createdAt'
>;

/**
 * Has a tenant's bookings come from a booking system from now on, or reach one it has in another way. Those it has
 * already come with the next poll. Said again, it changes nothing.
 * @throws NotFound when the tenant or a resource does not exist; Rejected (`other_type`) for one that was of another type:
 * its bookings would be taken for others; what the document store throws.
 */
export function connectBookingSystem(
  { tenantId, settings }: { readonly tenantId: string; readonly settings: BookingSystemSettings },
  { documents, store, clock }: Pick<SyncDeps, 'documents' | 'store' | 'clock'>,
): Promise<BookingSystemConfig> {
  const resourceIds = [...new Set(Object.values(settings.resourceIds))];
  return documents.transact(async (transaction) => {
    if (!(await store.tenants.get(transaction, tenantId))) throw new NotFound(`no tenant "${tenantId}"`);
    const found = await store.resources.getMany(transaction, tenantId, resourceIds);
    const missing = resourceIds.filter((_, index) => !found[index]);
    if (missing.length > 0)
      throw new NotFound(`no resource ${missing.map((id) => `"${id}"`).join(', ')}: make it first`);
    const known = await store.bookingSystems.get(transaction, tenantId, settings.id);
    if (known && known.type !== settings.type) {
      const detail = `"${settings.id}" is of type ${known.type}: connect another system under another id`;
      throw new Rejected(detail, { reason: 'other_type' });
    }
    const { polledUntil, lastAuditAt, removalsHeldAt, createdAt = instantOf(clock.now()) } = known ?? {};
    const config: BookingSystemConfig = {
      ...settings,
      ...(polledUntil !== undefined && { polledUntil }),
      ...(lastAuditAt !== undefined && { lastAuditAt }),
      ...(removalsHeldAt !== undefined && { removalsHeldAt }),
      createdAt,
    };
    transaction.write(store.bookingSystems.set(tenantId, config));
    return config;
  });
}
