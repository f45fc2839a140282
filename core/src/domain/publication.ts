import type { Platform } from './event.ts';
import type { Resource } from './resource.ts';

/** Whom a publication is for: a platform that feeds are read from too, or a calendar program. */
export type PublicationPlatform = Platform | 'google' | 'outlook' | 'apple';

/** The platforms that sell: they take dates only, are never told a title, and show what they took to us again. */
const SALES_PLATFORMS: readonly PublicationPlatform[] = ['airbnb', 'booking.com', 'vrbo', 'motopress'];

/** What is published: these resources, those that carry a tag, or everything the tenant has. */
export type Selection =
  | { readonly type: 'resources'; readonly resourceIds: readonly string[] }
  | { readonly type: 'tag'; readonly tag: string }
  | { readonly type: 'tenant' };

/** How much of the calendar is shown, counted from the local day. */
export interface PublicationWindow {
  readonly daysBack: number;
  readonly monthsAhead: number;
}

/** The ledger keeps pages for two months back and 25 ahead, so no publication reaches further. */
export const USUAL_WINDOW: PublicationWindow = { daysBack: 30, monthsAhead: 24 };

/** What readers are shown, and how. */
export interface PublicationSettings {
  readonly selection: Selection;
  readonly platform: PublicationPlatform;
  /** `details` also shows the events' titles. */
  readonly visibility: 'details' | 'busy-only';
  /** The time that is taken, or the time that is left. */
  readonly shows: 'busy' | 'free';
  /** Of the calendar; the resources' names when absent. */
  readonly name?: string;
  readonly window: PublicationWindow;
}

/** An iCalendar URL we serve, as staff see it. Its token is known by hash only. */
export interface Publication extends PublicationSettings {
  readonly id: string;
  readonly tokenHash: string;
  /** The token before, which still works for a while after a rotation. */
  readonly previous?: { readonly tokenHash: string; readonly validUntil: string };
  readonly createdAt: string;
  /** When its settings last changed. */
  readonly updatedAt: string;
}

/**
 * What readers of one token have collected. A reader holds what it first collected at `firstAt`, has asked again since,
 * and had no reason to collect anew.
 */
export interface Collected {
  /** The state collected; a new one begins whenever it changes. */
  readonly etag: string;
  readonly firstAt: string;
  /** When it was last asked for, to ten minutes. */
  readonly lastAt: string;
  /** The ledger revision of each resource that was shown. */
  readonly revisions: Readonly<Record<string, number>>;
}

/** All that serving a token takes, under its hash, so that it costs one read. */
export interface PublicationToken extends PublicationSettings {
  readonly tenantId: string;
  readonly publicationId: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** From then on it is as if it had never been; absent for the present one. */
  readonly validUntil?: string;
  readonly collected?: Collected;
}

/** True for platforms that sell. */
export function isSalesPlatform(platform: PublicationPlatform): boolean {
  return SALES_PLATFORMS.includes(platform);
}

/** True when a publication shows the resource. */
export function selects(
  { selection }: Pick<Publication, 'selection'>,
  resource: Pick<Resource, 'id' | 'tags'>,
): boolean {
  switch (selection.type) {
    case 'resources':
      return selection.resourceIds.includes(resource.id);
    case 'tag':
      return resource.tags.includes(selection.tag);
    case 'tenant':
      return true;
  }
}

/**
 * A publication under another token. The one before serves on until `validUntil` (an instant); the one before that no
 * longer. Given the token it has, it stays as it is: a commit whose answer was lost is made again.
 */
export function withToken(publication: Publication, tokenHash: string, validUntil: string): Publication {
  if (publication.tokenHash === tokenHash) return publication;
  return { ...publication, tokenHash, previous: { tokenHash: publication.tokenHash, validUntil } };
}

/** The token's document of a publication; what was collected under it before stays known. */
export function tokenOf(
  tenantId: string,
  publication: Publication,
  rest: Pick<PublicationToken, 'validUntil' | 'collected'> = {},
): PublicationToken {
  const { id, tokenHash: _, previous: __, ...settings } = publication;
  return { ...settings, ...rest, tenantId, publicationId: id };
}
