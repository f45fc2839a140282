import { instantOf, monthsOf } from '@dovetail/core/domain/interval.ts';
import { auditCalendar } from '@dovetail/core/sync/audit-calendar.ts';
import { surplusOf } from '../surplus-of.ts';
import { BINDING, CALENDAR } from './house-calendar.ts';
import { ROOMS, type Room } from './house-history.ts';
import type { HouseParts } from './house-parts.ts';
import type { HousePlay } from './house-play.ts';
import { asInterval, type Line, sourceOf } from './ledger-copy.ts';
import { farFrom, nightsOf, nightsOfAll, nightsWithout } from './nights.ts';
import { HOUSE_TENANT, PLATFORM_OF } from './open-house.ts';
import { readPublication } from './platform-import.ts';
import { appDepsOf } from './request.ts';

/** What is not yet, or not at all, as it must be once faults have stopped: the ledger against all that was done. */
export function restFaults(parts: HouseParts, play: HousePlay): string[] {
  const { watch, world } = parts;
  const now = world.time.now();
  const holding = watch.ledger.holding(now);
  return [
    ...(parts.errands.open > 0 ? [`${parts.errands.open} requests are not answered`] : []),
    ...(watch.isRederiving ? ['what relatives inherit is still being worked out'] : []),
    ...listingFaults(parts, play, holding),
    ...madeFaults(parts, play, holding),
    ...calendarFaults(parts, holding),
    ...surplusFaults(parts, play, holding),
  ];
}

/** What each platform holds is held, by its feed. */
function listingFaults(parts: HouseParts, play: HousePlay, holding: readonly Line[]): string[] {
  const { listings, watch } = parts;
  return [...listings.values()].flatMap((listing) => {
    const feedId = play.feeds.read.get(listing.name)?.feedId;
    if (feedId === undefined) return [];
    const source = `feed ${feedId}`;
    const lines = holding.filter((line) => sourceOf(line) === source);
    const held = nightsOfAll([...lines, ...freedOf(source, parts)]);
    return listing.own.flatMap((own) =>
      nightsOf(own, watch.today)
        .filter((night) => !held.has(night))
        .map((night) => `${own.id} has ${night}, and feed ${feedId} does not hold it`),
    );
  });
}

/** What a source still has, and staff have freed: what it has no more is over, and no release any longer. */
function freedOf(source: string, { watch, asked }: HouseParts): Line[] {
  return [...watch.ledger.events.values()].filter(
    (line) => sourceOf(line) === source && line.status === 'released' && asked.released.has(line.id),
  );
}

/** What was made with us stands as it was last answered. */
function madeFaults({ asked, world }: HouseParts, play: HousePlay, holding: readonly Line[]): string[] {
  const at = instantOf(world.time.now());
  return play.bookings.made.flatMap(({ id, eventId, nights, until }) => {
    const line = holding.find((one) => one.id === eventId);
    const stands = !asked.released.has(eventId) && (until === undefined || until > at);
    const wanted = nights && stands ? `${nights.room} ${asInterval(nights)}` : undefined;
    const found = line && `${line.resourceId} ${asInterval(line)}`;
    return wanted === found ? [] : [`${id} should hold ${wanted ?? 'nothing'}, and holds ${found ?? 'nothing'}`];
  });
}

/** The calendar's own events block, and beside them it shows what the room's ledger holds. */
function calendarFaults(parts: HouseParts, holding: readonly Line[]): string[] {
  const { calendar, watch, world } = parts;
  if (!calendar) return [];
  const source = `binding ${BINDING}`;
  const ofCalendar = (line: Line) => sourceOf(line) === source;
  const held = nightsOfAll([...holding.filter(ofCalendar), ...freedOf(source, parts)], watch.today);
  const own = new Set([...calendar.nights].filter((night) => night >= watch.today));
  const mirrored = holding.filter(
    (line) =>
      line.resourceId === calendar.room &&
      !ofCalendar(line) &&
      [line.mergedInto, line.echoOf, line.until].every((field) => field === undefined),
  );
  const shown = world.google
    .standing(CALENDAR)
    .filter(({ extendedProperties }) => extendedProperties)
    .map(({ start, end }) => `${start?.date}/${end?.date}`);
  const wanted = mirrored.filter(({ end }) => end > watch.today).map(asInterval);
  return [
    ...nightsWithout(own, held).map((night) => `the calendar has ${night}, and it is not held`),
    ...nightsWithout(held, own).map((night) => `the calendar is free on ${night}, and it is held`),
    ...differences(
      'the calendar',
      wanted,
      shown.filter((one) => (one.split('/')[1] ?? '') > watch.today),
    ),
  ];
}

/** Nothing is taken that nobody has taken. */
function surplusFaults(parts: HouseParts, play: HousePlay, holding: readonly Line[]): string[] {
  const { watch } = parts;
  const far = farFrom(watch.today);
  const taken = takenNights(parts, play, holding);
  return holding.flatMap((line) => {
    // A stay that has begun is never missed.
    if (line.start <= watch.today || line.start >= far) return [];
    const surplus = nightsOf(line, watch.today).filter((night) => !taken.get(line.resourceId as Room)?.has(night));
    const what = `${sourceOf(line)}${line.echoOf === undefined ? '' : ', an echo,'}`;
    return surplus.length === 0 ? [] : [`${what} holds ${surplus.join(', ')} of ${line.resourceId}, which nobody has`];
  });
}

/** By room, the nights that somebody has by all that was done. */
function takenNights(parts: HouseParts, play: HousePlay, holding: readonly Line[]): Map<Room, Set<string>> {
  const { listings, calendar, watch, asked } = parts;
  const own = new Map<Room, Set<string>>(ROOMS.map((room) => [room, new Set<string>()]));
  const take = (room: Room, nights: Iterable<string>) => {
    for (const night of nights) own.get(room)?.add(night);
  };
  for (const listing of listings.values()) {
    if (play.feeds.read.get(listing.name)?.feedId !== undefined) take(listing.room, nightsOfAll(listing.own));
  }
  for (const { nights, until } of play.bookings.made) {
    if (nights && (until === undefined || until > instantOf(parts.world.time.now())))
      take(nights.room, nightsOf(nights));
  }
  if (calendar) take(calendar.room, calendar.nights);
  for (const line of holding) {
    const kept = line.source.type === 'feed' && asked.removals.get(line.source.id) === 'keep';
    if (kept || line.start <= watch.today) take(line.resourceId as Room, nightsOf(line));
  }
  const all = new Map([...own].map(([room, nights]) => [room, new Set(nights)]));
  const [house, kaya, sol] = ROOMS.map((room) => own.get(room) as Set<string>) as [
    Set<string>,
    Set<string>,
    Set<string>,
  ];
  for (const night of house) for (const room of ['kaya', 'sol'] as const) all.get(room)?.add(night);
  for (const room of ['kaya', 'sol'] as const) {
    const rule = watch.ledger.ruleOf(room);
    const [mine, its] = room === 'kaya' ? [kaya, sol] : [sol, kaya];
    const counts = rule === 'each' ? mine : rule === 'all' ? [...mine].filter((night) => its.has(night)) : [];
    for (const night of counts) all.get('house')?.add(night);
  }
  return all;
}

/** What takes the store to see: pages, publications, what waits, what an audit finds. */
export async function storedFaults(parts: HouseParts): Promise<string[]> {
  const { world, calendar } = parts;
  const { deps } = world;
  const feeds = await world.store.feeds.query(world.documents, HOUSE_TENANT);
  const deadLetters = await world.store.deadLetters.query(world.documents, HOUSE_TENANT);
  const mappings = await world.store.mappings.query(world.documents, HOUSE_TENANT);
  const audit = calendar
    ? await auditCalendar({ tenantId: HOUSE_TENANT, bindingId: BINDING, dryRun: true }, deps)
    : { findings: [] };
  return [
    ...(await eventFaults(parts)),
    ...(await pageFaults(parts)),
    ...(await publicationFaults(parts)),
    ...feeds.flatMap(({ id, status, unsettled, paused }) =>
      (status === 'healthy' || paused) && unsettled === undefined ? [] : [`feed ${id} is ${status} ${unsettled ?? ''}`],
    ),
    ...deadLetters.map(({ queue, reason, detail }) => `a dead letter of ${queue}: ${reason} ${detail}`),
    ...mappings
      .filter(({ dirty, inbound }) => dirty !== undefined || inbound !== undefined)
      .map(({ id }) => `mapping ${id} still waits`),
    ...audit.findings.map((finding) => `the audit found ${JSON.stringify(finding)}`),
  ];
}

/** The store holds what was seen to be written. */
async function eventFaults({ world, watch }: HouseParts): Promise<string[]> {
  const events = await world.store.events.query(world.documents, HOUSE_TENANT);
  const found = events.map(textOf);
  return differences('the store', [...watch.ledger.events.values()].map(textOf), found);
}

/** Each month's page says what the events of the month do, and nothing else. */
async function pageFaults({ world, watch }: HouseParts): Promise<string[]> {
  const faults: string[] = [];
  for (const room of ROOMS) {
    const standing = [...watch.ledger.events.values()].filter(
      ({ resourceId, status }) => resourceId === room && (status === 'active' || status === 'missing'),
    );
    const months = [...new Set([...standing.flatMap(monthsOf), '2027-06', '2027-07'])];
    for (const page of await world.store.pages.getMany(world.documents, HOUSE_TENANT, room, months)) {
      const wanted = standing.filter((line) => monthsOf(line).includes(page.month)).map(textOf);
      const lines = page.lines.map((line) => textOf({ ...line, resourceId: room }));
      faults.push(...differences(`page ${page.month} of ${room}`, wanted, lines));
    }
  }
  return faults;
}

/** A platform is told the nights that are taken, but for what came from itself, holds and echoes. */
async function publicationFaults({ world, watch, listings }: HouseParts): Promise<string[]> {
  const faults: string[] = [];
  const far = farFrom(watch.today);
  const near = (nights: ReadonlySet<string>) => new Set([...nights].filter((night) => night < far));
  for (const { name, room } of listings.values()) {
    const told = near(nightsOfAll(await readPublication(name, false, appDepsOf(world.deps)), watch.today));
    const lines = watch.ledger
      .holding(world.time.now())
      .filter((line) => line.resourceId === room && line.until === undefined && line.echoOf === undefined);
    // Of nobody in particular, nothing is known to be its own.
    const isItsOwn = ({ platform, source }: Line) =>
      name !== 'plain' && platform === PLATFORM_OF[name] && source.type !== 'inheritance';
    const itself = nightsOfAll(lines.filter(isItsOwn));
    const others = near(
      nightsOfAll(
        lines.filter((line) => !isItsOwn(line)),
        watch.today,
      ),
    );
    // What it said itself it may be told or not, where others say the same.
    faults.push(
      ...nightsWithout(others, told)
        .filter((night) => !itself.has(night))
        .map((night) => `${name} is not told that ${night} is taken`),
      ...nightsWithout(told, others).map((night) => `${name} is told that ${night} is taken, and it is not`),
    );
  }
  return faults;
}

function textOf({ id, start, end, status, resourceId }: Pick<Line, 'id' | 'start' | 'end' | 'status' | 'resourceId'>) {
  return `${id} ${status} on ${resourceId} ${start}/${end}`;
}

function differences(where: string, wanted: readonly string[], found: readonly string[]): string[] {
  return [
    ...surplusOf(wanted, found).map((one) => `${where} lacks ${one}`),
    ...surplusOf(found, wanted).map((one) => `${where} should not have ${one}`),
  ];
}
