import { ID_PATTERN } from './resource.ts';

/** A system's resource ids → ours. Ids that are equal need no entry. */
export type ResourceIds = Readonly<Record<string, string>>;

/** The system's name for one of our resources. */
export function toTheirResource(resourceId: string, resourceIds: ResourceIds): string {
  return Object.entries(resourceIds).find(([, ours]) => ours === resourceId)?.[0] ?? resourceId;
}

/** Our name for one of theirs; undefined when theirs is not listed and cannot be the id of a resource of ours. */
export function toOurResource(theirs: string, resourceIds: ResourceIds): string | undefined {
  if (Object.hasOwn(resourceIds, theirs)) return resourceIds[theirs];
  return ID_PATTERN.test(theirs) ? theirs : undefined;
}
