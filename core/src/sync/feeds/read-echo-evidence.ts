import { holdsTime, type LedgerEvent, type Platform } from '../../domain/event.ts';
import type { Feed, FeedEntry } from '../../domain/feed.ts';
import { type Interval, instantOf, isDate } from '../../domain/interval.ts';
import { heldBy, type KnownEntry } from '../../domain/known-entry.ts';
import { type Collected, type Publication, selects } from '../../domain/publication.ts';
import type { Resource } from '../../domain/resource.ts';
import { startOfDay } from '../../ical/local-time.ts';
import { ledgerWindow, pagedMonths } from '../../ledger/page-changes.ts';
import type { SyncDeps } from '../deps.ts';
import { publishedTime, shownWindow } from '../publications/published-time.ts';
import { isCollected, isToldTo, lastCollected } from '../publications/read-exposure.ts';
import { linesOf } from '../publications/read-published-time.ts';
import { coverOf, type EchoEvidence, type EchoTime } from './judge-echo.ts';

type Deps = Pick<SyncDeps, 'documents' | 'store' | 'clock'>;

const HOUR_MS = 3_600_000;

/**
 * How long each platform may take to show what it collected. Nobody states it; these are how often they collect, by
 * their help pages and by observers (docs/provider-quirks.md), as some take up what they collected last time only then.
 */
const LAG_HOURS: Readonly<Record<Platform, number>> = {
  airbnb: 4,
  'booking.com': 12,
  vrbo: 6,
  motopress: 24,
  generic: 24,
};

/** More than this changed since a platform last collected, and what it still believes of it is not looked up. */
const MOST_CHANGED = 500;

export interface EchoQuestion {
  readonly tenantId: string;
  readonly feed: Feed;
  /** Where the feed belongs. */
  readonly platform: Platform;
  readonly known: readonly KnownEntry[];
  readonly shown: readonly FeedEntry[];
  /** When the reading of the feed began, milliseconds since 1970. */
  readonly readAt: number;
}

/** A publication of the resource for the feed's platform, and what its readers have. */
interface Told {
  readonly publication: Publication;
  readonly collected: Collected | undefined;
}

/**
 * What a feed's platform knew of us, for `judgeEcho`. Undefined when there is nothing to judge: the feed shows and
 * showed no closure, or its platform is told nothing of the resource. Costs a read for every publication for the
 * platform and its tokens, the resource, and the ledger's pages of the closures' months.
 * @throws what the document store throws.
 */
export async function readEchoEvidence(question: EchoQuestion, deps: Deps): Promise<EchoEvidence | undefined> {
  const { tenantId, feed, platform, known, shown, readAt } = question;
  const echoes = known.filter(({ echo, state }) => echo && !echo.isOver && state !== 'released');
  const closures = [
    ...shown.filter(({ kind, uid }) => kind === 'block' || uid.endsWith('@dovetail')),
    ...echoes.map(heldBy),
  ];
  if (closures.length === 0) return undefined;
  const { documents, store, clock } = deps;
  const where = [{ field: 'platform', op: '==', value: platform }] as const;
  const publications = await store.publications.query(documents, tenantId, { where });
  if (publications.length === 0 && echoes.length === 0) return undefined;
  const resource = await store.resources.get(documents, tenantId, feed.resourceId);
  if (!resource) return undefined;
  const told = await Promise.all(
    publications
      .filter((publication) => publication.shows === 'busy' && selects(publication, resource))
      .map(
        async (publication): Promise<Told> => ({
          publication,
          collected: await lastCollected(publication, deps),
        }),
      ),
  );
  if (told.length === 0 && echoes.length === 0) return undefined;
  const pages = await store.pages.getMany(documents, tenantId, resource.id, monthsOfAll(closures, clock.now()));
  const timesOf = ({ publication }: Told) =>
    publishedTime(linesOf(pages), publication, resource, clock.now()).map((time) => ({
      ...comparable(time, resource),
      timeRevision: time.timeRevision,
    }));
  const all = told.map((one) => ({ ...one, times: timesOf(one) }));
  const collected = all.flatMap(({ times, collected: what, publication }) =>
    times.filter((time) => wasCollected(time, what, publication, resource, readAt)),
  );
  const gone = await goneTimes(question, resource, told, deps);
  const everything = inOrder(all.flatMap(({ times }) => times));
  const uncovered = echoes.filter((entry) => !coverOf(heldBy(entry), everything, entry.eventId));
  return {
    platform,
    told: everything,
    collected: inOrder(collected),
    believed: inOrder([...collected, ...gone]),
    heardAt: await readHeard(question, resource, uncovered, told, deps),
    lagMs: LAG_HOURS[platform] * HOUR_MS,
    mayBeStays: platform === 'booking.com',
  };
}

/** The months of pages that these touch, each once. */
function monthsOfAll(intervals: readonly Interval[], now: number): string[] {
  const months = intervals.flatMap((interval) => pagedMonths(interval, ledgerWindow(now)).months);
  return [...new Set(months)].sort();
}

/** In the resource's own kind of time: what a platform is told in nights it closes from midnight to midnight. */
function comparable(time: EchoTime, { kind, timeZone }: Resource): EchoTime {
  const { eventId, start, end } = time;
  if (kind === 'nightly' || !isDate(start)) return { eventId, start, end };
  return { eventId, start: startOfDay(start, timeZone), end: startOfDay(end, timeZone) };
}

/** What came within the window since was not shown then, whatever its revision. */
function wasCollected(
  time: EchoTime & { readonly timeRevision: number | undefined },
  collected: Collected | undefined,
  publication: Publication,
  resource: Resource,
  readAt: number,
): boolean {
  if (!collected || collected.firstAt > instantOf(readAt)) return false;
  const { end } = shownWindow(publication, resource, Date.parse(collected.firstAt));
  const revision = collected.revisions[resource.id];
  const { timeRevision } = time;
  return time.start < end && isCollected(timeRevision === undefined ? {} : { timeRevision }, revision);
}

/** Time that came free after its platform had last collected, or did and was taken again: it cannot know. */
async function goneTimes(
  { tenantId, platform, readAt, shown }: EchoQuestion,
  resource: Resource,
  told: readonly Told[],
  { documents, store }: Deps,
): Promise<EchoTime[]> {
  const collections = told.flatMap(({ collected }) => (collected ? [collected] : []));
  const revisions = collections.flatMap(({ revisions }) => revisions[resource.id] ?? []);
  const earliest = Math.min(...revisions);
  if (revisions.length === 0 || shown.length === 0 || earliest >= resource.ledgerRevision) return [];
  const where = [
    { field: 'resourceId', op: '==', value: resource.id },
    { field: 'timeRevision', op: '>', value: earliest },
  ] as const;
  const query = { where, orderBy: { field: 'timeRevision' }, limit: MOST_CHANGED } as const;
  const changed = await store.events.query(documents, tenantId, query);
  const isKnown = ({ firstSeenAt }: LedgerEvent) =>
    collections.some(({ firstAt }) => firstAt <= instantOf(readAt) && firstSeenAt <= firstAt);
  return changed
    .filter((event) => !holdsTime(event) || (event.freedRevision ?? 0) > earliest)
    .filter((event) => event.until === undefined && event.echoOf === undefined)
    .filter((event) => isToldTo(platform, event) && isKnown(event))
    .map(({ id, start, end }) => comparable({ eventId: id, start, end }, resource));
}

/** For causes that are gone: since when every reader for the platform is known to have collected that. */
async function readHeard(
  { tenantId, feed }: EchoQuestion,
  resource: Resource,
  uncovered: readonly KnownEntry[],
  told: readonly Told[],
  { documents, store }: Deps,
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(uncovered.flatMap(({ echo }) => echo?.of ?? []))];
  const causes = await store.events.getMany(documents, tenantId, ids);
  const readers = told.flatMap(({ collected }) => (collected ? [collected] : []));
  const heard = new Map<string, string>();
  ids.forEach((id, index) => {
    const cause = causes[index];
    const isGone = cause?.resourceId === feed.resourceId && !holdsTime(cause);
    // Where it is not the named one that went, or it went elsewhere, only what is so now is certain.
    const revision = isGone ? (cause.timeRevision ?? resource.ledgerRevision) : resource.ledgerRevision;
    const since = readers.map(({ revisions, firstAt }) => ((revisions[resource.id] ?? -1) >= revision ? firstAt : ''));
    if (since.length > 0 && !since.includes('')) heard.set(id, since.sort().at(-1) ?? '');
  });
  return heard;
}

function inOrder<T extends EchoTime>(times: readonly T[]): T[] {
  return [...times].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
}
