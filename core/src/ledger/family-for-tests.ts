import type { EventKind, EventSource } from '../domain/event.ts';
import type { Relation, RelationRule, Resource } from '../domain/resource.ts';
import type { CausingEvent } from './derive-events.ts';

/** A nightly resource in Bogotá with check-in at 15:00 and check-out at 11:00, unless `part` says otherwise. */
export function resource(id: string, part: Partial<Resource> = {}): Resource {
  return {
    ...{ id, name: id, kind: 'nightly', timeZone: 'America/Bogota', checkInTime: '15:00', checkOutTime: '11:00' },
    ...{ tags: [], relations: [], openingHours: [], ledgerRevision: 0, mirrorBindingIds: [] },
    ...{ createdAt: '2027-01-01T00:00:00Z', updatedAt: '2027-01-01T00:00:00Z' },
    ...part,
  };
}

/** The resources by id, each told who names it. */
export function family(...resources: readonly Resource[]): ReadonlyMap<string, Resource> {
  const naming = (id: string) =>
    resources.filter(({ relations }) => relations.some(({ resourceId }) => resourceId === id)).map((one) => one.id);
  return new Map(resources.map((one) => [one.id, { ...one, relatedFrom: naming(one.id) }]));
}

export function childOf(resourceId: string, rule?: RelationRule): Relation {
  return { type: 'parent', resourceId, ...(rule && { rule }) };
}

/** A reservation of the feed `bnb` from 3 to 6 May, unless `part` says otherwise. */
export function stay(id: string, resourceId: string, part: Partial<CausingEvent> = {}): CausingEvent {
  const kind: EventKind = 'reservation';
  const source: EventSource = { type: 'feed', id: 'bnb', externalUid: id };
  return {
    ...{ id, resourceId, kind, source, platform: 'airbnb', status: 'active', priority: 3 },
    ...{ start: '2027-05-03', end: '2027-05-06', lastSeenAt: '2027-05-01T00:00:00Z' },
    ...part,
  };
}
