import type { Resource } from '@dovetail/core/domain/resource.ts';

/** A resource that is booked by the hour in New York, at any hour, unless `part` says otherwise. */
export function resource(id: string, part: Partial<Resource> = {}): Resource {
  return {
    ...{ id, name: id, kind: 'timed', timeZone: 'America/New_York', tags: [], relations: [], openingHours: [] },
    ...{ ledgerRevision: 0, mirrorBindingIds: [] },
    ...{ createdAt: '2027-01-01T00:00:00Z', updatedAt: '2027-01-01T00:00:00Z' },
    ...part,
  };
}
