import type { BrokenRule } from '../domain/errors.ts';
import { addDays, type Interval, msOf } from '../domain/interval.ts';
import type { Resource } from '../domain/resource.ts';
import type { PageLine } from '../store/pages.ts';
import { type BookableResource, bookableTime, freeNights, freeSlots, keptFrom, nightsOf } from './availability.ts';
import { bookingStarts, openTime } from './open-time.ts';

const MINUTE_MS = 60_000;

/** Which of a resource's rules a booking would break that takes this interval, made now. Not asked: what is taken. Pure. */
export function brokenRules(resource: BookableResource, interval: Interval, now: string): BrokenRule[] {
  const broken: BrokenRule[] = resource.kind === 'timed' ? brokenHours(resource, interval) : [];
  const { start: earliest, end: latest } = bookableTime(resource, now);
  const { minNoticeMinutes, maxDaysAhead } = resource.bookingRules ?? {};
  if (interval.start < earliest) {
    const notice = minNoticeMinutes === undefined ? 'is over' : `is less than ${minNoticeMinutes} minutes ahead`;
    broken.push({ path: 'start', detail: notice });
  }
  if (interval.end > latest) broken.push({ path: 'end', detail: `is more than ${maxDaysAhead} days ahead` });
  return [...broken, ...brokenLength(resource, interval)];
}

/** The lines that a booking of this interval would meet. `buffers`: also those it would only come too near to. Pure. */
export function inTheWay(
  resource: BookableResource,
  standing: readonly PageLine[],
  { start, end }: Interval,
  buffers: boolean,
): PageLine[] {
  return standing.filter((line) => {
    const kept = buffers ? keptFrom(line, resource) : line;
    return kept.start < end && start < kept.end;
  });
}

/**
 * The nearest places before and after that a booking as long as `interval` could take instead, the nearer first; none when
 * no booking may be that long, or none is free within the window. Pure.
 * @param standing the lines that hold time within `searchedTime` of the window.
 */
export function nearestFree(
  resource: BookableResource,
  standing: readonly PageLine[],
  interval: Interval,
  { window, now }: { readonly window: Interval; readonly now: string },
): Interval[] {
  if (brokenLength(resource, interval).length > 0) return [];
  const places =
    resource.kind === 'timed'
      ? freeSlots(resource, standing, { window, now, minutes: (msOf(interval.end) - msOf(interval.start)) / MINUTE_MS })
      : staysWithin(resource, standing, interval, window, now);
  const others = places.filter(({ start }) => start !== interval.start);
  const before = others.findLast(({ start }) => start < interval.start);
  const after = others.find(({ start }) => start > interval.start);
  const distance = ({ start }: Interval) => Math.abs(msOf(start) - msOf(interval.start));
  return [before, after].filter((place) => place !== undefined).sort((a, b) => distance(a) - distance(b));
}

/** Of each free stretch the two stays that come nearest to the wanted one. */
function staysWithin(
  resource: BookableResource,
  standing: readonly PageLine[],
  wanted: Interval,
  window: Interval,
  now: string,
): Interval[] {
  const nights = nightsOf(wanted);
  const stays = freeNights(resource, standing, { window, now, searched: window, nights }).flatMap((stretch) => {
    const last = addDays(stretch.end, -nights);
    const before = addDays(wanted.start, -1);
    const after = addDays(wanted.start, 1);
    return [before > last ? last : before, after < stretch.start ? stretch.start : after]
      .filter((start) => start >= stretch.start && start <= last)
      .map((start) => ({ start, end: addDays(start, nights) }));
  });
  return stays.sort((a, b) => (a.start < b.start ? -1 : 1));
}

function brokenHours(resource: BookableResource, interval: Interval): BrokenRule[] {
  const [open, ...rest] = openTime(resource, interval);
  if (rest.length > 0 || open?.start !== interval.start || open.end !== interval.end) {
    return [{ path: 'start', detail: 'is not within opening hours, or the end is not' }];
  }
  const { stepMinutes } = resource.bookingRules ?? {};
  if (stepMinutes === undefined || bookingStarts(resource, interval).includes(interval.start)) return [];
  return [{ path: 'start', detail: `is not a step of ${stepMinutes} minutes from opening time` }];
}

function brokenLength({ kind, bookingRules }: Pick<Resource, 'kind' | 'bookingRules'>, interval: Interval) {
  const { minMinutes, maxMinutes, minNights, maxNights } = bookingRules ?? {};
  const [unit, least = 0, most = Number.POSITIVE_INFINITY] =
    kind === 'timed' ? ['minutes', minMinutes, maxMinutes] : ['nights', minNights, maxNights];
  const length = kind === 'timed' ? (msOf(interval.end) - msOf(interval.start)) / MINUTE_MS : nightsOf(interval);
  const broken: BrokenRule[] = [];
  if (length < least) broken.push({ path: 'end', detail: `makes it shorter than ${least} ${unit}` });
  if (length > most) broken.push({ path: 'end', detail: `makes it longer than ${most} ${unit}` });
  return broken;
}
