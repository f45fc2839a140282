import type { Relation, Resource } from '../domain/resource.ts';

/** Resources by id; those that are not there, or not read yet, are left out. */
export type Resources = ReadonlyMap<string, Resource>;

/** A chain of parents has at most this many resources, both ends included. */
export const MOST_LEVELS = 5;

/** How many children of a parent must be taken for it to be; `never` counts none. */
export type UpThreshold = 'never' | 'all' | number;

/** A relation with the resource that states it, or the one that it names. */
export interface Relative {
  readonly resource: Resource;
  readonly relation: Relation;
}

/** What a relation to a parent says of the way up. */
export function upThreshold({ type, rule }: Relation): UpThreshold {
  if (type !== 'parent') return 'never';
  const up = rule?.up ?? { atLeast: 1 };
  return typeof up === 'string' ? up : up.atLeast;
}

/** True when a parent's state follows from several children together, not from each by itself. */
export function isCounted(threshold: UpThreshold): boolean {
  return threshold === 'all' || (threshold !== 'never' && threshold > 1);
}

/** What this resource names in its relations, as far as it is there. */
export function relativesOf(resource: Resource, resources: Resources): Relative[] {
  return resource.relations.flatMap((relation) => {
    const named = resources.get(relation.resourceId);
    return named ? [{ resource: named, relation }] : [];
  });
}

/** The resources that name this one in their relations, each with that relation. */
export function relativesFrom({ id, relatedFrom = [] }: Resource, resources: Resources): Relative[] {
  return relatedFrom.flatMap((from) => {
    const resource = resources.get(from);
    const relations = resource?.relations.filter(({ resourceId }) => resourceId === id) ?? [];
    return resource ? relations.map((relation) => ({ resource, relation })) : [];
  });
}

/**
 * Which resources bear on what a change of these resources' time does to others, as far as `known` lets one see. Read
 * those, and ask again until nothing is missing: one round for each level of the family. Pure.
 *
 * They are all that inherit from them downwards, what is adjacent to or dependent on them, their ancestors as far up as
 * time counts, and the other children of an ancestor only where several of them count together.
 */
export function familyOf(resourceIds: Iterable<string>, known: Resources): ReadonlySet<string> {
  const changed = new Set(resourceIds);
  const family = new Set(changed);
  for (const id of reachable(changed, (one) => heirsOf(one, known))) {
    family.add(id);
    for (const from of known.get(id)?.relatedFrom ?? []) family.add(from);
  }
  for (const id of reachable(changed, (one) => countingParentsOf(one, known))) {
    family.add(id);
    for (const { resource, relation } of known.has(id) ? relativesOf(known.get(id) as Resource, known) : []) {
      if (isCounted(upThreshold(relation))) for (const child of resource.relatedFrom ?? []) family.add(child);
    }
  }
  return family;
}

/**
 * Everything above and below this resource and what it names: which resources a change of its own relations or times of
 * day bears on, and which decide whether its relations can be. Read and ask again as with `familyOf`. Pure.
 */
export function lineageOf(resourceId: string, known: Resources): ReadonlySet<string> {
  const below = reachable([resourceId], (id) => known.get(id)?.relatedFrom?.filter((from) => isChild(from, id, known)));
  const above = reachable([resourceId], (id) => parentIdsOf(known.get(id)));
  const near = [...below].flatMap((id) => known.get(id)?.relatedFrom ?? []);
  const named = known.get(resourceId)?.relations.map((relation) => relation.resourceId) ?? [];
  return new Set([...below, ...above, ...near, ...named]);
}

/** These resources and all above them that their time counts for, each after those below it. Pure. */
export function upwardsFrom(resourceIds: Iterable<string>, resources: Resources): Resource[] {
  const done = new Set<string>();
  const topFirst: Resource[] = [];
  const visit = (id: string) => {
    if (done.has(id)) return;
    done.add(id);
    for (const parent of countingParentsOf(id, resources)) visit(parent);
    const resource = resources.get(id);
    if (resource) topFirst.push(resource);
  };
  for (const id of resourceIds) visit(id);
  return topFirst.reverse();
}

/**
 * The children whose time counts together towards this parent, and how many of them must be taken for it to be. Null
 * when each counts by itself, or none does.
 */
export function countOf(
  parent: Resource,
  resources: Resources,
): { readonly children: readonly Resource[]; readonly least: number } | null {
  const counting = relativesFrom(parent, resources).filter(({ relation }) => isCounted(upThreshold(relation)));
  const [first] = counting;
  if (!first) return null;
  const threshold = upThreshold(first.relation);
  return {
    children: counting.map(({ resource }) => resource),
    least: typeof threshold === 'number' ? threshold : counting.length,
  };
}

/** Where each step leads from a set of ids, the set itself included. */
function reachable(from: Iterable<string>, next: (id: string) => Iterable<string> | undefined): Set<string> {
  const seen = new Set(from);
  for (const id of seen) for (const found of next(id) ?? []) seen.add(found);
  return seen;
}

function heirsOf(id: string, known: Resources): string[] {
  const resource = known.get(id);
  const heirs = resource ? relativesFrom(resource, known) : [];
  return heirs
    .filter(({ relation }) => relation.type === 'parent' && relation.rule?.down !== 'never')
    .map((heir) => heir.resource.id);
}

/** The parents that its time counts for, each alone or with others. */
function countingParentsOf(id: string, known: Resources): string[] {
  const relations = known.get(id)?.relations ?? [];
  return relations.filter((relation) => upThreshold(relation) !== 'never').map(({ resourceId }) => resourceId);
}

function parentIdsOf(resource: Resource | undefined): string[] {
  return (resource?.relations ?? []).filter(({ type }) => type === 'parent').map(({ resourceId }) => resourceId);
}

function isChild(id: string, parentId: string, known: Resources): boolean {
  return parentIdsOf(known.get(id)).includes(parentId);
}
