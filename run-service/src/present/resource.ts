import type { Resource } from '@dovetail/core/domain/resource.ts';
import type { z } from 'zod';
import type { resourceSchema } from '../schemas/resource.ts';

/** A resource as the API shows it. */
export function presentResource(resource: Resource): z.input<typeof resourceSchema> {
  return {
    id: resource.id,
    name: resource.name,
    kind: resource.kind,
    timeZone: resource.timeZone,
    tags: resource.tags,
    checkInTime: resource.checkInTime,
    checkOutTime: resource.checkOutTime,
    relations: resource.relations,
    openingHours: resource.openingHours,
    bookingRules: resource.bookingRules,
    createdAt: resource.createdAt,
    updatedAt: resource.updatedAt,
  };
}
