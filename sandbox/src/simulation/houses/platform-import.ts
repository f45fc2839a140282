import { addDays, type Interval } from '@dovetail/core/domain/interval.ts';
import { publishFeed } from '@dovetail/core/sync/publications/publish-feed.ts';
import type { AppDeps } from '@dovetail/run-service/app-deps.ts';
import { InstanceDied } from '../instance.ts';
import type { World } from '../world.ts';
import type { ListingName } from './house-history.ts';
import { tokenOfListing } from './open-house.ts';
import { appDepsOf } from './request.ts';

/** What a listing's platform gets when it comes for our calendar; undefined when it gets none, and keeps what it had. */
export async function collect(listing: ListingName, world: World, today: string): Promise<Interval[] | undefined> {
  try {
    const nights = await world.serve((deps) => readPublication(listing, true, appDepsOf(deps)));
    return nights.filter(({ end }) => end > today);
  } catch (error) {
    if (error instanceof InstanceDied || (error instanceof Error && error.name === 'TemporarilyUnavailable')) {
      return undefined;
    }
    throw error;
  }
}

/** The nights that our calendar for a listing's platform tells to be taken. */
export async function readPublication(listing: ListingName, isCollecting: boolean, deps: AppDeps): Promise<Interval[]> {
  const choose = () => ({ coding: 'identity', isKnown: false }) as const;
  const published = await publishFeed({ token: tokenOfListing(listing), choose, isCollecting }, deps);
  if (!published?.body) throw new TypeError('nothing is published');
  return intervalsIn(new TextDecoder().decode(published.body));
}

/** As a program reads it that knows no more of iCalendar than it must. */
function intervalsIn(text: string): Interval[] {
  if (!/^BEGIN:VCALENDAR\r\n[\s\S]*END:VCALENDAR\r\n$/.test(text)) throw new TypeError('that is no calendar');
  return text
    .split('BEGIN:VEVENT')
    .slice(1)
    .map((event) => {
      const start = dateIn('DTSTART', event);
      const end = dateIn('DTEND', event);
      return { start, end: end > start ? end : addDays(start, 1) };
    });
}

function dateIn(property: string, event: string): string {
  const [, year, month, day] = new RegExp(`${property};VALUE=DATE:(\\d{4})(\\d\\d)(\\d\\d)\r\n`).exec(event) ?? [];
  if (day === undefined) throw new TypeError(`an event without ${property}`);
  return `${year}-${month}-${day}`;
}
