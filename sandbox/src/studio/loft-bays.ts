import { type BookingSystemConfig, USCHEDULE_MARK } from '@dovetail/core/domain/booking-system-config.ts';
import type { Resource } from '@dovetail/core/domain/resource.ts';
import type { BindingDraft } from '@dovetail/core/sync/create-binding.ts';
import { newResource } from './new-resource.ts';

/** The zone of the loft, which has two bays. */
export const LOFT_ZONE = 'America/New_York';
export const LOFT_BAYS = [1, 2] as const;
/** As USchedule numbers them. */
export type Bay = (typeof LOFT_BAYS)[number];

/** The USchedule that books both bays. */
export function loftUSchedule(baseUrl: string, createdAt: string): BookingSystemConfig {
  return {
    id: 'uschedule',
    type: 'uschedule',
    baseUrl,
    apiKeySecret: 'uschedule-api-key',
    webhookSecret: 'uschedule-webhook',
    resourceIds: { '1': 'bay-1', '2': 'bay-2' },
    mark: USCHEDULE_MARK,
    priority: 1,
    createdAt,
  };
}

/** How a bay's calendar is bound: both ways. */
export function loftBinding(bay: Bay, calendarId: string): BindingDraft {
  return {
    id: `bay-${bay}-google`,
    resourceId: `bay-${bay}`,
    provider: 'google',
    calendarId,
    direction: 'two-way',
    busyIn: false,
    visibility: 'details',
    onCancel: 'delete',
  };
}

/** A bay on which nothing was ever booked. */
export function loftResource(bay: Bay, createdAt: string): Resource {
  return newResource({ id: `bay-${bay}`, name: `Bay ${bay}`, kind: 'timed', timeZone: LOFT_ZONE }, createdAt);
}
