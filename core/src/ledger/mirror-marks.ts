import { mappingIdOf } from '../domain/identity.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { Resource } from '../domain/resource.ts';
import type { PartOf } from '../store/collection.ts';
import type { Change } from './ledger-view.ts';
import { dirtyPart, type MarkedMapping, statedPart, subjectPart } from './outbox-marks.ts';
import { changesMirrors } from './revise-event.ts';

/**
 * The dirty marks, all by the number `mark`, that changes put on mappings of the calendars their resources are mirrored
 * to, but for the calendar an event came from. `now` is milliseconds since 1970. Pure.
 */
export function mirrorMarks(
  tenantId: string,
  changes: readonly Change[],
  resources: readonly Resource[],
  mark: string,
  now: number,
): {
  readonly mark: string;
  readonly parts: readonly (readonly [string, PartOf<Mapping>])[];
  readonly marked: readonly MarkedMapping[];
} {
  const bindings = new Map(resources.map(({ id, mirrorBindingIds }) => [id, mirrorBindingIds]));
  const parts: (readonly [string, PartOf<Mapping>])[] = [];
  const marked: MarkedMapping[] = [];
  for (const { before, after } of changes) {
    if (!changesMirrors(before, after)) continue;
    for (const resourceId of new Set([before?.resourceId ?? after.resourceId, after.resourceId])) {
      for (const bindingId of bindings.get(resourceId) ?? []) {
        if (after.source.type === 'binding' && after.source.id === bindingId) continue;
        const part = {
          ...subjectPart(after, { id: bindingId, resourceId }, now),
          ...dirtyPart(mark, now),
          ...(!before && statedPart(tenantId, after.id, bindingId, 0)),
        };
        parts.push([mappingIdOf(after.id, bindingId), part]);
        marked.push({ eventId: after.id, bindingId, mark });
      }
    }
  }
  return { mark, parts, marked };
}
