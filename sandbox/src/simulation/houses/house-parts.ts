import type { World } from '../world.ts';
import type { Asked } from './asked.ts';
import type { Errands } from './errands.ts';
import type { FeedDesk } from './feed-desk.ts';
import type { HouseCalendar } from './house-calendar.ts';
import type { ListingName } from './house-history.ts';
import type { HouseWatch } from './house-watch.ts';
import type { Listing } from './listing.ts';

/** Everything that the edits of a history are made on. */
export interface HouseParts {
  readonly world: World;
  readonly listings: ReadonlyMap<ListingName, Listing>;
  readonly desk: FeedDesk;
  readonly calendar: HouseCalendar | undefined;
  readonly watch: HouseWatch;
  readonly asked: Asked;
  readonly errands: Errands;
}
