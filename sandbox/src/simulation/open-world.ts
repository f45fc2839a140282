import { USCHEDULE_MARK } from '@dovetail/core/domain/booking-system-config.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import { type BindingDraft, createBinding } from '@dovetail/core/sync/create-binding.ts';
import type { Bay } from './history.ts';
import { SYSTEM, TENANT, type World } from './world.ts';

const ZONE = 'America/New_York';

export function calendarOfBay(bay: Bay): string {
  return `bay-${bay}@simulated`;
}

export function bindingOfBay(bay: Bay): string {
  return `bay-${bay}-google`;
}

/** How a bay's calendar is bound. */
export function draftOfBay(bay: Bay): BindingDraft {
  return {
    id: bindingOfBay(bay),
    resourceId: `bay-${bay}`,
    provider: 'google',
    calendarId: calendarOfBay(bay),
    direction: 'two-way',
    busyIn: false,
    visibility: 'details',
    onCancel: 'delete',
  };
}

/** Two bays that USchedule books, each bound both ways to a calendar, in a world where nothing has happened yet. */
export async function openBays(world: World): Promise<void> {
  const { store, documents } = world;
  const now = instantOf(world.time.now());
  const tenant = { id: TENANT, name: 'The Loft', timeZone: ZONE, paused: false, allowPrivateFeeds: false };
  await documents.commit([
    store.tenants.set({ ...tenant, createdAt: now }),
    store.bookingSystems.set(TENANT, {
      id: SYSTEM,
      type: 'uschedule',
      baseUrl: 'https://uschedule.simulated',
      apiKeySecret: 'uschedule-api-key',
      webhookSecret: 'uschedule-webhook',
      resourceIds: { '1': 'bay-1', '2': 'bay-2' },
      mark: USCHEDULE_MARK,
      priority: 1,
      createdAt: now,
    }),
    ...[1, 2].map((bay) =>
      store.resources.set(TENANT, {
        ...{ id: `bay-${bay}`, name: `Bay ${bay}`, kind: 'timed', timeZone: ZONE, tags: [], relations: [] },
        ...{ openingHours: [], ledgerRevision: 0, mirrorBindingIds: [], createdAt: now, updatedAt: now },
      }),
    ),
  ]);
  for (const bay of [1, 2] as const) {
    world.google.store.defineCalendar(calendarOfBay(bay), { timeZone: ZONE, role: 'writer' });
    await createBinding({ tenantId: TENANT, draft: draftOfBay(bay) }, world.deps);
  }
}
