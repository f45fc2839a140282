import { instantOf } from '@dovetail/core/domain/interval.ts';
import { type BindingDraft, createBinding } from '@dovetail/core/sync/create-binding.ts';
import { type Bay, LOFT_BAYS, LOFT_ZONE, loftBinding, loftResource, loftUSchedule } from '../studio/loft-bays.ts';
import { TENANT, type World } from './world.ts';

export function calendarOfBay(bay: Bay): string {
  return `bay-${bay}@simulated`;
}

export function bindingOfBay(bay: Bay): string {
  return draftOfBay(bay).id;
}

/** How a bay's calendar is bound. */
export function draftOfBay(bay: Bay): BindingDraft {
  return loftBinding(bay, calendarOfBay(bay));
}

/** Two bays that USchedule books, each bound both ways to a calendar, in a world where nothing has happened yet. */
export async function openBays(world: World): Promise<void> {
  const { store, documents } = world;
  const now = instantOf(world.time.now());
  const tenant = { id: TENANT, name: 'The Loft', timeZone: LOFT_ZONE, paused: false, allowPrivateFeeds: false };
  await documents.commit([
    store.tenants.set({ ...tenant, createdAt: now }),
    store.bookingSystems.set(TENANT, loftUSchedule('https://uschedule.simulated', now)),
    ...LOFT_BAYS.map((bay) => store.resources.set(TENANT, loftResource(bay, now))),
  ]);
  for (const bay of LOFT_BAYS) {
    world.google.store.defineCalendar(calendarOfBay(bay), { timeZone: LOFT_ZONE, role: 'writer' });
    await createBinding({ tenantId: TENANT, draft: draftOfBay(bay) }, world.deps);
  }
}
