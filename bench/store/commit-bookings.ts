import type { Booking } from '@dovetail/core/domain/booking.ts';
import { type BookingSystemConfig, USCHEDULE_MARK } from '@dovetail/core/domain/booking-system-config.ts';
import { instantOf, toTimestamp } from '@dovetail/core/domain/interval.ts';
import type { DocumentStore } from '@dovetail/core/ports/document-store.ts';
import { commitBooking } from '@dovetail/core/sync/commit-booking.ts';
import { ledgerDeps, plainResource } from '../ledger-deps.ts';

const TENANT = 'bench';
const NOW = Date.parse('2027-06-01T12:00:00Z');
const FIRST_HOUR = Date.parse('2027-07-01T08:00:00Z');
const HOUR_MS = 3_600_000;

const CONFIG: BookingSystemConfig = {
  id: 'uschedule',
  type: 'uschedule',
  webhookSecret: 'uschedule-webhook',
  resourceIds: {},
  mark: USCHEDULE_MARK,
  priority: 1,
  createdAt: instantOf(NOW),
};

/**
 * Commits new bookings one after the other, each with its webhook's delivery record, spread over resources that are
 * mirrored to one calendar each. Answers with the milliseconds this took, the resources not counted.
 */
export async function commitBookings(
  count: { readonly bookings: number; readonly resources: number },
  documents: DocumentStore,
): Promise<number> {
  const deps = ledgerDeps(documents, NOW);
  for (let index = 0; index < count.resources; index++) {
    const room = plainResource(`room-${index}`, NOW, { mirrorBindingIds: [`room-${index}-google`] });
    await documents.commit([deps.store.resources.set(TENANT, room)]);
  }
  const startedAt = performance.now();
  for (let index = 0; index < count.bookings; index++) {
    await commitBooking(
      { tenantId: TENANT, config: CONFIG, booking: booking(index, count.resources), webhookId: `msg_${index}` },
      deps,
    );
  }
  return performance.now() - startedAt;
}

function booking(index: number, resources: number): Booking {
  const resourceId = `room-${index % resources}`;
  const start = FIRST_HOUR + Math.floor(index / resources) * HOUR_MS;
  return {
    id: `apt_${String(index).padStart(16, '0')}`,
    resourceId,
    externalResourceId: resourceId,
    start: instantOf(start),
    end: instantOf(start + HOUR_MS),
    status: 'confirmed',
    version: 1,
    updatedAt: toTimestamp(instantOf(NOW)),
    title: `Lesson ${index}`,
    guest: { name: 'Robin Example' },
  };
}
