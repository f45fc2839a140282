import type { EventKind } from '../../domain/event.ts';
import { addDays, type Interval, instantOf, msOf, overlaps } from '../../domain/interval.ts';
import type { PublicationSettings } from '../../domain/publication.ts';
import type { Resource } from '../../domain/resource.ts';
import { dateAt, startOfDay } from '../../ical/local-time.ts';
import { type BookableResource, freeNights, freeTime } from '../../ledger/availability.ts';
import { standingOf } from '../../ledger/read-standing.ts';
import { translateInterval } from '../../ledger/translate-interval.ts';
import type { PageLine } from '../../store/pages.ts';
import { wordingFor } from './publication-wording.ts';

/** Time of one resource as a publication tells it: an event of the ledger, what is left of one, or what none takes. */
export interface PublishedTime extends Interval {
  /** `free` for free time, which is told apart by its part. */
  readonly eventId: string;
  readonly kind: EventKind | 'free';
  /** Ledger revision with which it last changed; absent when that was never noted. */
  readonly timeRevision?: number;
  /** Of several parts of an event, which. */
  readonly part?: string;
}

type Settings = Pick<PublicationSettings, 'platform' | 'window'>;
type Described = Pick<Resource, 'kind' | 'timeZone' | 'checkInTime' | 'checkOutTime'>;

/** The local date from which on a publication shows a resource, and the one before which it ends. */
export function shownDates({ window }: Pick<Settings, 'window'>, today: string): Interval {
  return { start: addDays(today, -window.daysBack), end: addMonths(today, window.monthsAhead) };
}

/** The local date of a resource. */
export function todayOf({ timeZone }: Pick<Resource, 'timeZone'>, now: number): string {
  return dateAt(instantOf(now), timeZone);
}

/** The window in the resource's own kind of time. */
export function shownWindow(settings: Pick<Settings, 'window'>, resource: Described, now: number): Interval {
  const { start, end } = shownDates(settings, todayOf(resource, now));
  if (resource.kind === 'nightly') return { start, end };
  return { start: startOfDay(start, resource.timeZone), end: startOfDay(end, resource.timeZone) };
}

/**
 * What a publication shows of a resource's ledger lines, by start. Left out are holds, what another event stands for or
 * repeats, and what came to this resource from the publication's own platform: a platform is never told what it said.
 * Inherited time is shown even if it began there, on another listing. Of a block that a reservation goes before, what is
 * left of it is shown; a reservation that lost keeps its time and is shown whole. Pure.
 */
export function publishedTime(
  lines: readonly PageLine[],
  settings: Settings,
  resource: Described,
  now: number,
): PublishedTime[] {
  const window = shownWindow(settings, resource, now);
  const lasting = lines.filter(({ until, echoOf }) => until === undefined && echoOf === undefined);
  const said = new Set(
    lasting.filter((line) => isFrom(line, settings.platform)).map((line) => keyOf(line.mergedInto, line)),
  );
  const shown = lasting.filter(
    (line) =>
      line.mergedInto === undefined &&
      overlaps(line, window) &&
      !isFrom(line, settings.platform) &&
      !said.has(keyOf(line.id, line)),
  );
  const { datesOnly } = wordingFor(settings.platform);
  return shown
    .flatMap((line) => partsOf(line, lasting))
    .filter((time) => overlaps(time, window))
    .flatMap((time) => (datesOnly ? asNights(time, resource) : [time]))
    .sort(byStart);
}

/**
 * The time of a resource that can be booked within a publication's window, from the beginning of the local day on: what
 * is told changes with the ledger and the day alone. Holds are not told, as nowhere: they come and go by themselves. Pure.
 */
export function publishedFreeTime(
  lines: readonly PageLine[],
  settings: Pick<Settings, 'window'>,
  resource: BookableResource & Described,
  now: number,
): PublishedTime[] {
  const today = todayOf(resource, now);
  const { end } = shownWindow(settings, resource, now);
  const midnight = startOfDay(today, resource.timeZone);
  const window = { start: resource.kind === 'nightly' ? today : midnight, end };
  const standing = lines.filter(({ until }) => until === undefined);
  const search = { window, now: midnight };
  const free =
    resource.kind === 'nightly'
      ? freeNights(resource, standing, { ...search, searched: window })
      : freeTime(resource, standing, search);
  return free.map((time) => ({ start: time.start, end: time.end, eventId: FREE, kind: FREE, part: time.start }));
}

const FREE = 'free';

/** True for what the platform itself told of this resource. */
function isFrom({ platform, source }: PageLine, asked: PublicationSettings['platform']): boolean {
  if (asked === 'generic' || platform !== asked) return false;
  return !source.startsWith('inheritance:');
}

function keyOf(eventId: string | undefined, { start, end }: Interval): string {
  return `${eventId} ${start} ${end}`;
}

function partsOf(line: PageLine, lines: readonly PageLine[]): PublishedTime[] {
  const { id: eventId, kind, timeRevision } = line;
  const common = { eventId, kind, ...(timeRevision !== undefined && { timeRevision }) };
  // Asked only where it matters: it looks at every line.
  const { parts } = kind === 'reservation' || line.overriddenBy === undefined ? {} : standingOf(line, lines);
  if (!parts) return [{ ...common, start: line.start, end: line.end }];
  return parts.map(({ start, end }) => ({ ...common, start, end, ...(start !== line.start && { part: start }) }));
}

function asNights(time: PublishedTime, resource: Described): PublishedTime[] {
  const nights = translateInterval(time, resource, { ...resource, kind: 'nightly' });
  return nights ? [{ ...time, start: nights.start, end: nights.end }] : [];
}

/** The same day of a later month, or that month's last. */
function addMonths(date: string, months: number): string {
  const index = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 + months;
  const first = `${String(Math.floor(index / 12)).padStart(4, '0')}-${String((index % 12) + 1).padStart(2, '0')}-01`;
  const next = addDays(first, 31).slice(0, 7);
  const day = addDays(first, Number(date.slice(8)) - 1);
  return day.slice(0, 7) === first.slice(0, 7) ? day : addDays(`${next}-01`, -1);
}

function byStart(a: PublishedTime, b: PublishedTime): number {
  const [left, right] = [msOf(a.start), msOf(b.start)];
  return left === right ? (a.eventId < b.eventId ? -1 : 1) : left - right;
}
