import type { Relation, Resource } from '../domain/resource.ts';
import { MOST_LEVELS, type Resources, relativesFrom, type UpThreshold, upThreshold } from './relation-graph.ts';

/** What is wrong with a resource's relations; `path` as in `relations.0.resourceId`. */
export interface RelationError {
  readonly path: string;
  readonly detail: string;
}

/**
 * Why a resource cannot have these relations, none when it can. Pure.
 *
 * Nothing is above itself, on however long a way; nobody is named twice; chains of parents end after five; and all
 * children of one parent that count upwards state the same.
 * @param known the resource as it is stored, if it is; what it names, all above those, and all below the resource; of a
 * parent's other children those that are to be compared with, of which one that counts is enough.
 */
export function relationErrors(resource: Pick<Resource, 'id' | 'relations'>, known: Resources): RelationError[] {
  const levels = levelsFrom(resource.id, (id) => childrenOf(id, known));
  return resource.relations.flatMap((relation, index): RelationError[] => {
    const path = `relations.${index}.resourceId`;
    const named = known.get(relation.resourceId);
    if (relation.resourceId === resource.id) return [{ path, detail: 'is the resource itself' }];
    if (!named) return [{ path, detail: `there is no resource "${relation.resourceId}"` }];
    const isRepeated = resource.relations.findIndex(({ resourceId }) => resourceId === named.id) < index;
    if (isRepeated) return [{ path, detail: `names "${named.id}" again` }];
    if (relation.type !== 'parent') return [];
    const cycle = findCycle(resource.id, named.id, known);
    if (cycle) return [{ path, detail: `makes it an ancestor of itself: ${cycle.join(' → ')}` }];
    if (levels + levelsFrom(named.id, (id) => parentsOf(known.get(id))) > MOST_LEVELS) {
      return [{ path, detail: `makes a chain of more than ${MOST_LEVELS} resources, each the parent of the next` }];
    }
    return thresholdErrors(resource.id, relation, `relations.${index}.rule.up`, named, known);
  });
}

/**
 * The way from a resource up to itself if `parentId` became its parent: every resource on it names the next as its
 * parent. Null when there is none. Pure.
 */
export function findCycle(resourceId: string, parentId: string, known: Resources): string[] | null {
  const ways = new Map([[parentId, [resourceId, parentId]]]);
  for (const [id, way] of ways) {
    if (id === resourceId) return way;
    for (const parent of parentsOf(known.get(id))) if (!ways.has(parent)) ways.set(parent, [...way, parent]);
  }
  return null;
}

/** Several thresholds for one parent would leave open which of them blocks it. */
function thresholdErrors(
  resourceId: string,
  relation: Relation,
  path: string,
  parent: Resource,
  known: Resources,
): RelationError[] {
  const stated = upThreshold(relation);
  if (stated === 'never') return [];
  const differing = relativesFrom(parent, known).find((sibling) => {
    const other = sibling.resource.id === resourceId ? 'never' : upThreshold(sibling.relation);
    return other !== 'never' && other !== stated;
  });
  if (!differing) return [];
  const { resource: sibling, relation: other } = differing;
  const detail = `is ${worded(stated)}, but "${sibling.id}" states ${worded(upThreshold(other))}: all children of "${parent.id}" that count state the same`;
  return [{ path, detail }];
}

function worded(threshold: UpThreshold): string {
  return typeof threshold === 'number' ? `at least ${threshold}` : threshold;
}

/** How many resources the longest chain from this one on has, itself included; not told further than is allowed. */
function levelsFrom(id: string, next: (id: string) => readonly string[]): number {
  let level = new Set([id]);
  let levels = 0;
  while (level.size > 0 && levels <= MOST_LEVELS) {
    level = new Set([...level].flatMap(next));
    levels++;
  }
  return levels;
}

function childrenOf(id: string, known: Resources): string[] {
  const parent = known.get(id);
  const relatives = parent ? relativesFrom(parent, known) : [];
  return relatives.filter(({ relation }) => relation.type === 'parent').map(({ resource }) => resource.id);
}

function parentsOf(resource: Resource | undefined): string[] {
  return (resource?.relations ?? []).filter(({ type }) => type === 'parent').map(({ resourceId }) => resourceId);
}
