import { isSalesPlatform, type PublicationToken } from '../../domain/publication.ts';
import type { Resource } from '../../domain/resource.ts';
import { type EventToWrite, writeCalendar } from '../../ical/write-calendar.ts';
import type { OpenPublication, PublicationDeps } from './open-publication.ts';
import { type PublicationWording, wordingFor } from './publication-wording.ts';
import type { PublishedTime } from './published-time.ts';
import { type PublishedResource, readPublishedTime } from './read-published-time.ts';

/** Once an hour is as often as a calendar is worth asking for; most programs take their own time. */
const REFRESH_EVERY = 'PT1H';

/**
 * The text of a publication: what it shows of the ledger, as its readers want to be told.
 * @throws TemporarilyUnavailable when the ledger moved meanwhile, and what the document store throws.
 */
export async function buildPublication(
  open: OpenPublication,
  deps: Pick<PublicationDeps, 'documents' | 'store'>,
): Promise<string> {
  const published = await readPublishedTime(open, deps);
  const titles = await readTitles(open.token, published, deps);
  return writePublication(open.token, published, titles);
}

/** The same from what was read. Pure. */
export function writePublication(
  token: Pick<PublicationToken, 'publicationId' | 'platform' | 'name' | 'createdAt'>,
  published: readonly PublishedResource[],
  titles: ReadonlyMap<string, string>,
): string {
  const wording = wordingFor(token.platform);
  // Programs that show several resources in one calendar show nothing else that tells them apart.
  const isNamed = published.length > 1 && !isSalesPlatform(token.platform);
  const events = published.flatMap(({ resource, times }) =>
    times.map((time): EventToWrite => {
      const usual = time.kind === 'free' ? wording.free : wording.busy[time.kind];
      const title = titles.get(time.eventId) ?? usual;
      return toEvent(token.publicationId, time, isNamed ? `${resource.name}: ${title}` : title, wording);
    }),
  );
  return writeCalendar({
    name: token.name ?? namesOf(published.map(({ resource }) => resource)),
    timeZone: published[0]?.resource.timeZone ?? 'UTC',
    isZoned: wording.isZoned,
    stampAt: token.createdAt,
    refreshEvery: REFRESH_EVERY,
    events,
  });
}

/** The UID under which a publication tells of an event; `eventOfUid` finds the event again. */
export function uidOf(publicationId: string, { eventId, part }: Pick<PublishedTime, 'eventId' | 'part'>): string {
  return [eventId, publicationId, ...(part === undefined ? [] : [part.replace(/[-:]/g, '')])].join('.') + UID_END;
}

/** The event whose UID in one of our publications this is; undefined for a UID that is not ours. */
export function eventOfUid(uid: string): string | undefined {
  return uid.endsWith(UID_END) ? /^([a-z0-9-]+)\./.exec(uid)?.[1] : undefined;
}

const UID_END = '@dovetail';

function toEvent(
  publicationId: string,
  time: PublishedTime,
  title: string,
  { forOutlook }: PublicationWording,
): EventToWrite {
  const { start, end, timeRevision } = time;
  const sequence = timeRevision === undefined ? {} : { sequence: timeRevision };
  return {
    uid: uidOf(publicationId, time),
    start,
    end,
    title,
    ...sequence,
    ...(time.kind === 'free' && { isFree: true }),
    ...(forOutlook && { forOutlook }),
  };
}

function namesOf(resources: readonly Resource[]): string {
  return resources.map(({ name }) => name).join(', ');
}

/** Titles are told only where staff asked for it, and never to a platform that sells. */
async function readTitles(
  { tenantId, visibility, platform }: PublicationToken,
  published: readonly PublishedResource[],
  { documents, store }: Pick<PublicationDeps, 'documents' | 'store'>,
): Promise<ReadonlyMap<string, string>> {
  if (visibility !== 'details' || isSalesPlatform(platform)) return new Map();
  const ids = [...new Set(published.flatMap(({ times }) => times.map(({ eventId }) => eventId)))];
  const events = await store.events.getMany(documents, tenantId, ids);
  return new Map(events.flatMap((event) => (event ? [[event.id, event.title]] : [])));
}
