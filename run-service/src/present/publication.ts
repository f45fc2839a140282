import type { Collected, Publication } from '@dovetail/core/domain/publication.ts';
import type { Exposure } from '@dovetail/core/sync/publications/read-exposure.ts';
import type { z } from 'zod';
import type { exposureSchema, publicationSchema } from '../schemas/publication.ts';

/** A publication as the API shows it, without any token. */
export function presentPublication(
  publication: Publication,
  collected: Collected | undefined,
): z.input<typeof publicationSchema> {
  const { selection, previous } = publication;
  return {
    id: publication.id,
    resourceIds: selection.type === 'resources' ? selection.resourceIds : undefined,
    tag: selection.type === 'tag' ? selection.tag : undefined,
    wholeTenant: selection.type === 'tenant' ? true : undefined,
    platform: publication.platform,
    visibility: publication.visibility,
    shows: publication.shows,
    name: publication.name,
    window: publication.window,
    previousValidUntil: previous?.validUntil,
    lastCollectedAt: collected?.lastAt,
    createdAt: publication.createdAt,
    updatedAt: publication.updatedAt,
  };
}

/** What its readers do not know yet, as the API shows it. */
export function presentExposure(
  { id, platform }: Publication,
  { collected, uncollected, more }: Exposure,
): z.input<typeof exposureSchema> {
  return {
    publicationId: id,
    platform,
    lastCollectedAt: collected?.lastAt,
    upToDate: collected !== undefined && uncollected.length === 0,
    uncollected,
    more,
  };
}
