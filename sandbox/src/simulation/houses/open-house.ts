import { instantOf } from '@dovetail/core/domain/interval.ts';
import { type Publication, tokenOf, USUAL_WINDOW } from '@dovetail/core/domain/publication.ts';
import type { Relation } from '@dovetail/core/domain/resource.ts';
import { hashOf } from '@dovetail/core/store/publication-tokens.ts';
import { createBinding } from '@dovetail/core/sync/create-binding.ts';
import { createFeed } from '@dovetail/run-service/routes/v1/write-feed.ts';
import { createResource } from '@dovetail/run-service/routes/v1/write-resource.ts';
import type { World } from '../world.ts';
import { BINDING, CALENDAR } from './house-calendar.ts';
import type { HousePlan, ListingName, RelationRule } from './house-history.ts';
import { ROOM_OF } from './listing.ts';
import { ZONE } from './nights.ts';
import { appDepsOf } from './request.ts';

export const HOUSE_TENANT = 'casa';

/** What our side calls each platform. */
export const PLATFORM_OF = {
  airbnb: 'airbnb',
  booking: 'booking.com',
  vrbo: 'vrbo',
  site: 'motopress',
  plain: 'generic',
} as const;

/** Half an hour between two reads at the least: more often than most, so that a history is over soon. */
const POLL_MINUTES = 30;

/** A house with two rooms, each published to what sells it, in a world where nothing has happened yet. */
export async function openHouse(world: World, plan: HousePlan): Promise<void> {
  const { store, documents, deps } = world;
  const now = instantOf(world.time.now());
  await documents.commit([
    store.tenants.set({
      ...{ id: HOUSE_TENANT, name: 'Casa', timeZone: ZONE, paused: false, allowPrivateFeeds: false },
      createdAt: now,
    }),
  ]);
  const draft = { kind: 'nightly', timeZone: ZONE, tags: [], openingHours: [] } as const;
  await createResource(HOUSE_TENANT, { id: 'house', name: 'House', ...draft, relations: [] }, deps);
  for (const id of ['kaya', 'sol']) {
    await createResource(HOUSE_TENANT, { id, name: id, ...draft, relations: relationsBy(plan.rule) }, deps);
  }
  await documents.commit(plan.listings.flatMap((listing) => publicationWrites(listing, world)));
  if (!plan.calendarOf) return;
  world.google.store.defineCalendar(CALENDAR, { timeZone: ZONE, role: 'writer' });
  const binding = {
    id: BINDING,
    resourceId: plan.calendarOf,
    provider: 'google',
    calendarId: CALENDAR,
    direction: 'mirror',
    busyIn: true,
    visibility: 'details',
    onCancel: 'delete',
  } as const;
  await createBinding({ tenantId: HOUSE_TENANT, draft: binding }, deps);
}

/** Has a listing's calendar read from now on. */
export async function openFeed(
  listing: ListingName,
  { id, url }: { readonly id: string; readonly url: string },
  deps: World['deps'],
): Promise<void> {
  const draft = { id, url, resourceId: ROOM_OF[listing], pollMinutes: POLL_MINUTES, paused: false };
  await createFeed(HOUSE_TENANT, { ...draft, platform: PLATFORM_OF[listing] }, appDepsOf(deps));
}

export function relationsBy(rule: RelationRule): Relation[] {
  const up = { each: undefined, all: 'all', none: 'never' } as const;
  const chosen = up[rule];
  return [{ type: 'parent', resourceId: 'house', ...(chosen && { rule: { up: chosen } }) }];
}

export function tokenOfListing(listing: ListingName): string {
  return `token-of-${listing}`.padEnd(43, '0');
}

export function publicationOf(listing: ListingName): string {
  return `for-${listing}`;
}

/** What the API writes for one, with a token that is the same each time. */
function publicationWrites(listing: ListingName, { store, time }: World) {
  const at = instantOf(time.now());
  const publication: Publication = {
    id: publicationOf(listing),
    tokenHash: hashOf(tokenOfListing(listing)),
    selection: { type: 'resources', resourceIds: [ROOM_OF[listing]] },
    platform: PLATFORM_OF[listing],
    ...{ visibility: 'busy-only', shows: 'busy', window: USUAL_WINDOW, createdAt: at, updatedAt: at },
  };
  return [
    store.publications.create(HOUSE_TENANT, publication),
    store.publicationTokens.set(publication.tokenHash, tokenOf(HOUSE_TENANT, publication)),
  ];
}
