import type { BookingSystemConfig } from '@dovetail/core/domain/booking-system-config.ts';
import { DEFAULT_MARK } from '@dovetail/core/domain/booking-system-config.ts';
import type { Platform } from '@dovetail/core/domain/event.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import type { Write } from '@dovetail/core/ports/document-store.ts';
import { createBinding } from '@dovetail/core/sync/create-binding.ts';
import type { SyncDeps } from '@dovetail/core/sync/deps.ts';
import { LOFT_BAYS, LOFT_ZONE, loftBinding, loftResource, loftUSchedule } from './loft-bays.ts';
import { newResource } from './new-resource.ts';

/** Signs the webhooks of the local USchedule. It protects nothing outside this machine. */
export const LOCAL_WEBHOOK_SECRET = 'whsec_ZG92ZXRhaWwtc2FuZGJveC1zZWNyZXQtMzItYnl0ZXM=';

/** The calendars that Loft's bays are bound to. */
export const LOFT_CALENDARS = ['loft-bay-1@sandbox', 'loft-bay-2@sandbox'] as const;

const CASA_FEEDS: readonly { readonly id: string; readonly resourceId: string; readonly platform: Platform }[] = [
  { id: 'casa-airbnb', resourceId: 'kaya', platform: 'airbnb' },
  { id: 'casa-bookingcom', resourceId: 'sol', platform: 'booking.com' },
  { id: 'casa-vrbo', resourceId: 'mar', platform: 'vrbo' },
  { id: 'casa-motopress', resourceId: 'simmer-highs', platform: 'motopress' },
];

/**
 * The tenants every studio begins with: `loft`, two golf bays bound to calendars; `casa`, an apartment and its rooms read
 * from feeds; and `club`, courts and a cabin that are booked with us. In a store that has them already, only the sandbox's
 * address is brought up to date.
 */
export async function seedStudio(sandboxUrl: string, deps: SyncDeps): Promise<void> {
  const now = instantOf(deps.clock.now());
  if (!(await deps.store.tenants.get(deps.documents, 'club'))) await deps.documents.commit(club(now, deps));
  if (await deps.store.tenants.get(deps.documents, 'loft')) return readdress(sandboxUrl, deps);
  await deps.documents.commit([...loft(sandboxUrl, now, deps), ...casa(sandboxUrl, now, deps)]);
  for (const bay of LOFT_BAYS) {
    await createBinding({ tenantId: 'loft', draft: loftBinding(bay, LOFT_CALENDARS[bay - 1] as string) }, deps);
  }
}

async function readdress(sandboxUrl: string, { documents, store }: SyncDeps): Promise<void> {
  const ids = CASA_FEEDS.map(({ id }) => id);
  const feeds = (await store.feeds.getMany(documents, 'casa', ids)).filter((feed) => feed !== null);
  const uschedule = await store.bookingSystems.get(documents, 'loft', 'uschedule');
  const motopress = await store.bookingSystems.get(documents, 'casa', 'motopress');
  await documents.commit([
    ...feeds.map((feed) => store.feeds.set('casa', { ...feed, url: feedUrl(sandboxUrl, feed.id) })),
    ...(uschedule ? [store.bookingSystems.set('loft', { ...uschedule, baseUrl: `${sandboxUrl}/uschedule` })] : []),
    ...(motopress ? [store.bookingSystems.set('casa', { ...motopress, baseUrl: siteUrl(sandboxUrl) })] : []),
  ]);
}

function feedUrl(sandboxUrl: string, id: string): string {
  return `${sandboxUrl}/feeds/${id}.ics`;
}

function siteUrl(sandboxUrl: string): string {
  return `${sandboxUrl}/motopress/wp-json`;
}

function loft(sandboxUrl: string, now: string, { store }: SyncDeps): Write[] {
  return [
    ...tenant('loft', 'The Loft', LOFT_ZONE, now, store),
    store.bookingSystems.set('loft', loftUSchedule(`${sandboxUrl}/uschedule`, now)),
    ...LOFT_BAYS.map((bay) => store.resources.set('loft', loftResource(bay, now))),
  ];
}

function casa(sandboxUrl: string, now: string, { store }: SyncDeps): Write[] {
  const zone = 'America/Bogota';
  const nightly = { kind: 'nightly', timeZone: zone } as const;
  const roomIds = ['kaya', 'sol', 'mar'];
  const apartment = {
    ...newResource({ id: 'simmer-highs', name: 'Simmer Highs', ...nightly }, now),
    relatedFrom: roomIds,
  };
  const rooms = roomIds.map((id) => ({
    ...newResource({ id, name: id[0]?.toUpperCase() + id.slice(1), ...nightly }, now),
    relations: [{ type: 'parent', resourceId: 'simmer-highs' }] as const,
  }));
  return [
    ...tenant('casa', 'Casa Simmer', zone, now, store),
    ...[apartment, ...rooms].map((resource) => store.resources.set('casa', resource)),
    store.bookingSystems.set('casa', motoPress(sandboxUrl, now)),
    ...CASA_FEEDS.map(({ id, resourceId, platform }) =>
      store.feeds.set('casa', {
        id,
        resourceId,
        resourceKind: 'nightly',
        timeZone: zone,
        platform,
        url: feedUrl(sandboxUrl, id),
        allowPrivate: true,
        status: 'healthy',
        paused: false,
        pollMinutes: 60,
        nextPollAt: now,
        counters: { polls: 0, unchanged: 0, failures: 0 },
        createdAt: now,
      }),
    ),
  ];
}

/** The site whose calendar `casa-motopress` is: what its API tells comes first, and it can be written to. */
function motoPress(sandboxUrl: string, now: string): BookingSystemConfig {
  return {
    id: 'motopress',
    type: 'motopress',
    baseUrl: siteUrl(sandboxUrl),
    apiKeySecret: 'motopress-api-key',
    resourceIds: { '101': 'simmer-highs', '102': 'kaya', '103': 'sol', '104': 'mar' },
    mark: DEFAULT_MARK,
    priority: 1,
    createdAt: now,
  };
}

/** Nobody but us books here: guests may hold and confirm, staff set rules aside. */
function club(now: string, { store }: SyncDeps): Write[] {
  const zone = 'Europe/Madrid';
  const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;
  const courts = ['court-1', 'court-2'].map((id, index) => ({
    ...newResource({ id, name: `Court ${index + 1}`, kind: 'timed', timeZone: zone }, now),
    tags: ['court'],
    openingHours: weekdays.map((weekday) => ({ weekday, opens: '08:00', closes: '22:00' })),
    bookingRules: { minMinutes: 60, maxMinutes: 120, bufferAfterMinutes: 10, maxDaysAhead: 180 },
  }));
  const cabin = {
    ...newResource({ id: 'cabin', name: 'Cabin', kind: 'nightly', timeZone: zone }, now),
    bookingRules: { minNights: 2 },
  };
  return [
    ...tenant('club', 'Club de Pista', zone, now, store),
    store.tenants.setApiKey('club-guest-key', {
      tenantId: 'club',
      role: 'guest',
      label: 'local guest',
      createdAt: now,
    }),
    ...[...courts, cabin].map((resource) => store.resources.set('club', resource)),
  ];
}

function tenant(id: string, name: string, timeZone: string, now: string, store: SyncDeps['store']): Write[] {
  return [
    store.tenants.set({
      ...{ id, name, timeZone, paused: false, allowPrivateFeeds: true, createdAt: now },
      organizer: { name, email: `desk@${id}.example` },
    }),
    store.tenants.setApiKey(`${id}-admin-key`, { tenantId: id, role: 'admin', label: 'local admin', createdAt: now }),
  ];
}
