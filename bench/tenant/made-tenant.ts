import type { Platform } from '@dovetail/core/domain/event.ts';
import { addDays } from '@dovetail/core/domain/interval.ts';
import type { NewResource } from '../feeds/feed-worker.ts';

/** The platforms each property and each of its rooms is sold on, in the order in which they sell. */
export const PLATFORMS = ['airbnb', 'booking.com', 'vrbo', 'motopress'] as const satisfies readonly Platform[];
export type SellingPlatform = (typeof PLATFORMS)[number];

/** A stay as one platform tells it. */
export interface Told {
  /** The same wherever the stay is told. */
  readonly uid: string;
  readonly start: string;
  readonly end: string;
  readonly soldBy: SellingPlatform;
}

export interface MadeFeed {
  readonly id: string;
  readonly resourceId: string;
  readonly platform: SellingPlatform;
  readonly entries: readonly Told[];
}

/** A tenant with some apartments of three rooms, all made up. */
export interface MadeTenant {
  readonly resources: readonly NewResource[];
  readonly feeds: readonly MadeFeed[];
  /** Nights that two platforms sold, on one resource, and of a room while its apartment was sold. */
  readonly sold: { readonly twice: number; readonly withApartment: number };
}

const ROOMS = ['a', 'b', 'c'];
export const ENTRIES = 40;
/** A Monday. */
const FIRST_WEEK = '2027-06-07';
const WEEKS = 50;
/** Of every so many stays on a resource, one was sold by a second platform too. */
const SOLD_TWICE = { every: 40, at: 8, by: 'vrbo' } as const;
/** Weeks in which the first room is sold over the weekend although the whole apartment is. */
const SOLD_WITH_APARTMENT = [10, 30];

/**
 * Apartments are sold over weekends, their rooms in between. Each stay is sold by one platform; every feed shows what its
 * platform sold and, up to its 40 entries, what the others did and it imported.
 */
export function madeTenant(apartments: number): MadeTenant {
  const resources: NewResource[] = [];
  const feeds: MadeFeed[] = [];
  const sold = { twice: 0, withApartment: 0 };
  for (let index = 0; index < apartments; index++) {
    const apartment = `house-${index}`;
    const rooms = ROOMS.map((room) => `${apartment}-${room}`);
    resources.push({ id: apartment, kind: 'nightly', relatedFrom: rooms });
    for (const id of rooms) {
      resources.push({ id, kind: 'nightly', relations: [{ type: 'parent', resourceId: apartment }] });
    }
    for (const id of [apartment, ...rooms]) {
      const stays = id === apartment ? weekends(id) : weekdays(id);
      const extra = id === rooms[0] ? SOLD_WITH_APARTMENT.map((week) => weekend(id, week, 'vrbo')) : [];
      const again = stays.filter((_, stay) => stay % SOLD_TWICE.every === SOLD_TWICE.at).map(soldAgain);
      sold.twice += again.length;
      sold.withApartment += extra.length;
      for (const platform of PLATFORMS) feeds.push(feedOf(id, platform, stays, [...again, ...extra]));
    }
  }
  return { resources, feeds, sold };
}

/** A feed that tells more each time it is read again. */
export interface GrowingFeed {
  readonly feedId: string;
  readonly platform: SellingPlatform;
  /** What comes with each read, in weeks that nobody has sold. */
  readonly stays: readonly (readonly Told[])[];
  /** The resources that inherit their time. */
  readonly relatives: readonly string[];
}

const ROUNDS = 3;

/** The feeds that grow once all have been read, by what comes with each read. */
export const GROWING = {
  apartment: growing('house-0', 'airbnb', 1, 1),
  room: growing('house-0-b', 'vrbo', 1, 4),
  ten: growing('house-0', 'motopress', 10, 7),
} as const satisfies Readonly<Record<string, GrowingFeed>>;

function growing(id: string, platform: SellingPlatform, each: number, fromWeek: number): GrowingFeed {
  const isRoom = id.split('-').length === 3;
  const stays = Array.from({ length: ROUNDS }, (_, round) =>
    Array.from({ length: each }, (__, index) => weekend(id, WEEKS + fromWeek + round * each + index, platform)),
  );
  const relatives = isRoom ? [id.slice(0, id.lastIndexOf('-'))] : ROOMS.map((room) => `${id}-${room}`);
  return { feedId: feedIdOf(id, platform), platform, stays, relatives };
}

function feedOf(
  resourceId: string,
  platform: SellingPlatform,
  stays: readonly Told[],
  others: readonly Told[],
): MadeFeed {
  const own = [...stays, ...others].filter(({ soldBy }) => soldBy === platform);
  const taken = new Set(own.map(({ start }) => start));
  const imported = stays.filter(({ soldBy, start }) => soldBy !== platform && !taken.has(start));
  // Each platform passes over others of what it did not sell.
  const from = PLATFORMS.indexOf(platform) * 7;
  const shown = [...imported.slice(from), ...imported.slice(0, from)].slice(0, ENTRIES - own.length);
  const entries = [...own, ...shown].sort((a, b) => (a.start < b.start ? -1 : 1));
  return { id: feedIdOf(resourceId, platform), resourceId, platform, entries };
}

function feedIdOf(resourceId: string, platform: SellingPlatform): string {
  return `${resourceId}-${platform.replace('.', '-')}`;
}

function weekends(id: string): Told[] {
  return Array.from({ length: WEEKS }, (_, week) => weekend(id, week, sellerOf(week)));
}

function weekdays(id: string): Told[] {
  const weeks = Array.from({ length: WEEKS }, (_, week) => week).filter((week) => week % 5 !== 4);
  return weeks.flatMap((week, index) => [
    told(id, addDays(FIRST_WEEK, week * 7), 2, sellerOf(index * 2)),
    told(id, addDays(FIRST_WEEK, week * 7 + 2), 2, sellerOf(index * 2 + 1)),
  ]);
}

function weekend(id: string, week: number, soldBy: SellingPlatform): Told {
  return told(id, addDays(FIRST_WEEK, week * 7 + 4), 3, soldBy);
}

function soldAgain({ uid, ...stay }: Told): Told {
  return { ...stay, uid: `${uid}-again`, soldBy: SOLD_TWICE.by };
}

function told(id: string, start: string, nights: number, soldBy: SellingPlatform): Told {
  return { uid: `${id}-${start}-${soldBy}`, start, end: addDays(start, nights), soldBy };
}

function sellerOf(index: number): SellingPlatform {
  return PLATFORMS[index % PLATFORMS.length] as SellingPlatform;
}
