import { holdsTime, type LedgerEvent } from '../../domain/event.ts';
import { type Interval, instantOf, overlaps } from '../../domain/interval.ts';
import { type Collected, type Publication, type PublicationToken, tokenOf } from '../../domain/publication.ts';
import type { Resource } from '../../domain/resource.ts';
import { type PublicationDeps, readResources } from './open-publication.ts';
import { type PublishedTime, shownWindow } from './published-time.ts';
import { readPublishedTime, untilStill } from './read-published-time.ts';

/** Staff look at some; a publication nobody collected yet would list its whole calendar. */
const MOST_LISTED = 500;

/** One thing the readers of a publication do not know. */
export interface Uncollected extends Interval {
  readonly eventId: string;
  readonly resourceId: string;
  /** `free`: they may still sell what is taken. `taken`: they still keep closed what is free again. */
  readonly believes: 'free' | 'taken';
}

/** What the readers of a publication have, and what they do not know yet. */
export interface Exposure {
  readonly collected?: Collected;
  readonly uncollected: readonly Uncollected[];
  /** There are more than are told. */
  readonly more: boolean;
}

/**
 * Compares what a publication's readers last collected with what it shows now. Revisions are compared, not clocks: what
 * changed with a later revision of its resource than was collected is not known to them. An event that moved is told by
 * where it is now. Of a publication of free time nothing is listed: nobody closes anything by it.
 * @throws TemporarilyUnavailable when the ledger does not stand still, and what the document store throws.
 */
export async function readExposure(
  input: { readonly tenantId: string; readonly publication: Publication },
  deps: PublicationDeps,
): Promise<Exposure> {
  const { tenantId, publication } = input;
  const collected = await lastCollected(publication, deps);
  if (publication.shows === 'free') return { ...(collected && { collected }), uncollected: [], more: false };
  const token = { ...tokenOf(tenantId, publication), hash: publication.tokenHash };
  const published = await untilStill(async () =>
    readPublishedTime({ token, resources: await readResources(token, deps), now: deps.clock.now() }, deps),
  );
  const found: Uncollected[] = [];
  for (const { resource, times } of published) {
    const revision = collected?.revisions[resource.id];
    const unknown = times.filter((time) => !isCollected(time, revision));
    found.push(...unknown.map((time) => uncollected(time, resource.id, 'free')));
    if (revision !== undefined && collected) {
      const shown = new Set(times.map(({ eventId }) => eventId));
      const freed = await freedSince(token, resource, revision, collected, deps);
      found.push(...freed.filter(({ id }) => !shown.has(id)).map((event) => uncollected(event, resource.id, 'taken')));
    }
  }
  const sorted = found.sort((a, b) => (a.start < b.start ? -1 : 1));
  return {
    ...(collected && { collected }),
    uncollected: sorted.slice(0, MOST_LISTED),
    more: sorted.length > MOST_LISTED,
  };
}

/** The last that readers of a publication collected, under its present address or the one before. */
export async function lastCollected(
  publication: Pick<Publication, 'tokenHash' | 'previous'>,
  deps: Pick<PublicationDeps, 'documents' | 'store'>,
): Promise<Collected | undefined> {
  const hashes = [publication.tokenHash, ...(publication.previous ? [publication.previous.tokenHash] : [])];
  const tokens = await deps.store.publicationTokens.getMany(deps.documents, hashes);
  return latest(tokens.flatMap((token) => token?.collected ?? []));
}

/** Of several, the one collected last. */
export function latest(all: readonly Collected[]): Collected | undefined {
  return all.reduce<Collected | undefined>((a, b) => (!a || b.lastAt > a.lastAt ? b : a), undefined);
}

/** Whether readers of a revision know this time. What was never noted is not known to be known. */
export function isCollected(
  { timeRevision }: Pick<PublishedTime, 'timeRevision'>,
  revision: number | undefined,
): boolean {
  return timeRevision !== undefined && revision !== undefined && timeRevision <= revision;
}

/** Whether a platform is told of an event at all: never of what it said itself, unless nobody knows what it is. Pure. */
export function isToldTo(
  platform: Publication['platform'],
  { platform: from, source }: Pick<LedgerEvent, 'platform' | 'source'>,
): boolean {
  return platform === 'generic' || from !== platform || source.type === 'inheritance';
}

/** What gave its time back since a revision, of what was there when that was collected. One index answers it. */
async function freedSince(
  token: PublicationToken,
  resource: Resource,
  revision: number,
  collected: Collected,
  { documents, store, clock }: PublicationDeps,
): Promise<LedgerEvent[]> {
  const now = clock.now();
  const { end } = shownWindow(token, resource, now);
  const today = instantOf(now).slice(0, resource.kind === 'nightly' ? 10 : 20);
  const where = [
    { field: 'resourceId', op: '==', value: resource.id },
    { field: 'timeRevision', op: '>', value: revision },
  ] as const;
  const changed = await store.events.query(documents, token.tenantId, {
    where,
    orderBy: { field: 'timeRevision' },
    limit: MOST_LISTED,
  });
  return changed.filter(
    (event) =>
      !holdsTime(event) &&
      event.until === undefined &&
      event.mergedInto === undefined &&
      event.echoOf === undefined &&
      event.firstSeenAt <= collected.lastAt &&
      isToldTo(token.platform, event) &&
      overlaps(event, { start: today, end }),
  );
}

function uncollected(
  time: Interval & ({ readonly eventId: string } | { readonly id: string }),
  resourceId: string,
  believes: Uncollected['believes'],
): Uncollected {
  return {
    eventId: 'eventId' in time ? time.eventId : time.id,
    resourceId,
    start: time.start,
    end: time.end,
    believes,
  };
}
