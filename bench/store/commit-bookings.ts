import { randomBytes } from 'node:crypto';
import { createStructuredLog } from '@dovetail/core/adapters/log/structured-log.ts';
import { createLocalSealingKeys } from '@dovetail/core/adapters/secrets/local-sealing-keys.ts';
import type { Booking } from '@dovetail/core/domain/booking.ts';
import { type BookingSystemConfig, USCHEDULE_MARK } from '@dovetail/core/domain/booking-system-config.ts';
import { instantOf, toTimestamp } from '@dovetail/core/domain/interval.ts';
import type { Resource } from '@dovetail/core/domain/resource.ts';
import type { DocumentStore } from '@dovetail/core/ports/document-store.ts';
import { createSealer } from '@dovetail/core/store/sealed.ts';
import { defineStore } from '@dovetail/core/store/store.ts';
import { commitBooking } from '@dovetail/core/sync/commit-booking.ts';

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
  const store = defineStore(createSealer(createLocalSealingKeys([{ id: 'bench', key: randomBytes(32) }])));
  const log = createStructuredLog({ service: 'bench', write: () => {} });
  const tasks = { enqueue: async () => 'created' as const };
  const deps = {
    documents,
    store,
    log,
    tasks,
    clock: { now: () => NOW },
    newId: () => randomBytes(10).toString('hex'),
  };
  for (let index = 0; index < count.resources; index++) {
    await documents.commit([store.resources.set(TENANT, resource(index))]);
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

function resource(index: number): Resource {
  return {
    id: `room-${index}`,
    name: `Room ${index}`,
    kind: 'timed',
    timeZone: 'America/New_York',
    tags: [],
    relations: [],
    openingHours: [],
    ledgerRevision: 0,
    mirrorBindingIds: [`room-${index}-google`],
    createdAt: instantOf(NOW),
    updatedAt: instantOf(NOW),
  };
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
