import { createHash } from 'node:crypto';
import { instantOf, msOf } from '../../domain/interval.ts';
import type { PublicationToken } from '../../domain/publication.ts';
import type { Resource } from '../../domain/resource.ts';
import { startOfDay } from '../../ical/local-time.ts';
import type { SyncDeps } from '../deps.ts';
import { todayOf } from './published-time.ts';

/** Grows when the text written for the same ledger changes. */
const BUILDER_VERSION = 2;
/** A Last-Modified younger than this may yet be followed by a change within the same second. */
const SETTLES_MS = 2_000;

/** What reading a publication takes of the world. */
export type PublicationDeps = Pick<SyncDeps, 'documents' | 'store' | 'clock' | 'log'>;

/** A publication as it stands when it is asked for, before any of its text is made. */
export interface OpenPublication {
  readonly token: PublicationToken & { readonly hash: string };
  /** Those that exist, by id. */
  readonly resources: readonly Resource[];
  /** Of the state, without quotes: the same for the same text. */
  readonly tag: string;
  /** The instant from which on it has been as it is; absent while that second may not be over. */
  readonly lastModified?: string;
  /** Milliseconds since 1970; what is shown depends on the day. */
  readonly now: number;
}

/**
 * The publication served under a token; null for a token nobody was given, one that was rotated out, and one whose
 * resources are all gone: whoever took an empty calendar for the truth would free every night. Costs one read, and one
 * for each resource.
 * @throws what the document store throws.
 */
export async function openPublication(
  input: { readonly token: string },
  deps: PublicationDeps,
): Promise<OpenPublication | null> {
  const { documents, store, clock } = deps;
  const token = await store.publicationTokens.byToken(documents, input.token);
  const now = clock.now();
  if (!token || (token.validUntil !== undefined && token.validUntil <= instantOf(now))) return null;
  const resources = await readResources(token, deps);
  if (resources.length === 0) return null;
  const lastModified = modifiedAt(token, resources, now);
  return {
    token,
    resources,
    tag: tagOf(token, resources, now),
    ...(msOf(lastModified) + SETTLES_MS <= now && { lastModified }),
    now,
  };
}

/** The resources a publication shows, by id. */
export async function readResources(
  { tenantId, selection }: Pick<PublicationToken, 'tenantId' | 'selection'>,
  { documents, store }: Pick<PublicationDeps, 'documents' | 'store'>,
): Promise<Resource[]> {
  if (selection.type === 'resources') {
    const found = await store.resources.getMany(documents, tenantId, selection.resourceIds);
    return found.filter((resource) => resource !== null);
  }
  const { type } = selection;
  const where = type === 'tag' ? [{ field: 'tags', op: 'array-contains', value: selection.tag } as const] : [];
  const resources: Resource[] = [];
  for await (const page of store.resources.each(documents, tenantId, { where })) resources.push(...page);
  return resources;
}

/** Of everything the text is made from: the ledger of each resource, what is told of it, settings and the local day. */
function tagOf(token: PublicationToken, resources: readonly Resource[], now: number): string {
  const { publicationId, selection, platform, visibility, shows, name, window, createdAt } = token;
  const settings = [publicationId, selection.type, platform, visibility, shows, name, window, createdAt];
  const shown = resources.map((resource) => [
    ...[resource.id, resource.name, resource.kind, resource.timeZone, resource.checkInTime, resource.checkOutTime],
    ...[resource.ledgerRevision, todayOf(resource, now)],
    ...(shows === 'free' ? [resource.openingHours, resource.bookingRules] : []),
  ]);
  const basis = JSON.stringify([BUILDER_VERSION, settings, shown]);
  return createHash('sha256').update(basis).digest('base64url').slice(0, 22);
}

function modifiedAt(token: PublicationToken, resources: readonly Resource[], now: number): string {
  const instants = resources.flatMap((resource) => [
    resource.updatedAt,
    ...(resource.ledgerChangedAt === undefined ? [] : [resource.ledgerChangedAt]),
    // The window moved when the day began.
    startOfDay(todayOf(resource, now), resource.timeZone),
  ]);
  return [token.updatedAt, ...instants].sort().at(-1) ?? token.updatedAt;
}
