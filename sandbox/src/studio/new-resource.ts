import type { Resource } from '@dovetail/core/domain/resource.ts';

/** A resource that nothing was ever booked on. @param createdAt an instant. */
export function newResource(
  { id, name, kind, timeZone }: Pick<Resource, 'id' | 'name' | 'kind' | 'timeZone'>,
  createdAt: string,
): Resource {
  return {
    ...{ id, name, kind, timeZone, createdAt, updatedAt: createdAt },
    ...(kind === 'nightly' && { checkInTime: '15:00', checkOutTime: '11:00' }),
    ...{ tags: [], relations: [], openingHours: [], ledgerRevision: 0, mirrorBindingIds: [] },
  };
}
