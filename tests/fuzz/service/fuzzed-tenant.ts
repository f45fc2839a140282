import { DEFAULT_MARK, USCHEDULE_MARK } from '@dovetail/core/domain/booking-system-config.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import { ROLES, type Role } from '@dovetail/core/domain/tenant.ts';
import { resource } from '../../made-resource.ts';
import type { FuzzedService } from './fuzzed-service.ts';
import { NOW } from './fuzzed-service.ts';
import { SECRET } from './secrets.ts';

/** The ids that every tenant has. */
export const RESOURCES = ['bay-1', 'bay-2', 'house', 'room'] as const;

/** A business of its own for each input, so that none bears on another. */
export interface FuzzedTenant {
  readonly id: string;
  /** A calendar that can be bound. */
  readonly calendarId: string;
  key(role: Role): string;
}

/** Opens a tenant with bays that are booked by the hour, and a house with a room that are booked by the night. */
export async function openFuzzedTenant(service: FuzzedService, hasSystems: boolean): Promise<FuzzedTenant> {
  const { documents, store, newId } = service.deps;
  const id = `tenant-${newId()}`;
  const calendarId = `${id}@fuzzed`;
  service.defineCalendar(calendarId);
  const createdAt = instantOf(NOW);
  const key = (role: Role) => `${SECRET}-${id}-${role}-key`;
  const nightly = { kind: 'nightly', timeZone: 'America/Bogota' } as const;
  const system = { resourceIds: { one: 'bay-1', nights: 'room' }, priority: 4, createdAt, webhookSecret: 'webhooks' };
  await documents.commit([
    store.tenants.set({ id, name: id, timeZone: 'UTC', paused: false, allowPrivateFeeds: false, createdAt }),
    ...ROLES.map((role) => store.tenants.setApiKey(key(role), { tenantId: id, role, label: role, createdAt })),
    store.resources.create(id, resource('bay-1')),
    store.resources.create(id, resource('bay-2')),
    store.resources.create(id, resource('house', { ...nightly, relatedFrom: ['room'] })),
    store.resources.create(id, resource('room', { ...nightly, relations: [{ type: 'parent', resourceId: 'house' }] })),
    ...(hasSystems
      ? [
          store.bookingSystems.create(id, { id: 'app', type: 'webhook', mark: DEFAULT_MARK, ...system }),
          store.bookingSystems.create(id, { id: 'uschedule', type: 'uschedule', mark: USCHEDULE_MARK, ...system }),
        ]
      : []),
  ]);
  return { id, calendarId, key };
}
