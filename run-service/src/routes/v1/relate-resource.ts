import { isDeepStrictEqual } from 'node:util';
import type { Relation, Resource } from '@dovetail/core/domain/resource.ts';
import { type RelationError, relationErrors } from '@dovetail/core/ledger/check-relations.ts';
import { isCounted, lineageOf, type UpThreshold, upThreshold } from '@dovetail/core/ledger/relation-graph.ts';
import type { Transaction, Write } from '@dovetail/core/ports/document-store.ts';
import type { PartOf } from '@dovetail/core/store/collection.ts';
import { nextMark } from '@dovetail/core/sync/enqueue-marked.ts';
import type { MarkedResource } from '@dovetail/core/sync/enqueue-rederivations.ts';
import type { AppDeps } from '../../app-deps.ts';
import { Problem } from '../../middleware/problem.ts';

type RelateDeps = Pick<AppDeps, 'store' | 'clock'>;

/** What becomes of a resource's relations; `before` is absent when it is made, `after` when it is deleted. */
interface Relating {
  readonly before: Resource | undefined;
  readonly after: Resource | undefined;
}

/** What goes with the write of the resource itself. */
export interface RelationChanges {
  /** Of other resources. */
  readonly writes: readonly Write[];
  /** To be enqueued after the commit. */
  readonly marked: readonly MarkedResource[];
}

/** So many siblings are read at a time in search of one that counts; a transaction holds all that it reads. */
const SIBLINGS_AT_ONCE = 10;

/**
 * Checks the relations a resource is to have, and answers with what they change of others: whom each is related from, and
 * whose derived events are to be brought up to date. The caller writes the resource's own mark, if it has one.
 * @throws Problem when the relations cannot be.
 */
export async function relateResource(
  tenantId: string,
  { before, after }: Relating,
  transaction: Transaction,
  deps: RelateDeps,
): Promise<RelationChanges> {
  const { id } = (after ?? before) as Resource;
  const isRelated = !isDeepStrictEqual(before?.relations ?? [], after?.relations ?? []);
  const known = isRelated ? await readLineage(tenantId, { before, after }, transaction, deps) : new Map();
  if (after && isRelated) await checkRelations(tenantId, after, known, transaction, deps);
  const parts = new Map<string, PartOf<Resource>>();
  for (const [named, relatedFrom] of relatedFromChanges(id, { before, after }, known))
    parts.set(named, { relatedFrom });
  const marked: MarkedResource[] = [];
  const mark = (resource: Resource) => {
    const rederiveAt = nextMark(resource.rederiveAt, deps.clock.now());
    marked.push({ id: resource.id, rederiveAt });
    return { rederiveAt };
  };
  for (const resource of leftBehind({ before, after }, known)) {
    parts.set(resource.id, { ...parts.get(resource.id), ...mark(resource) });
  }
  if (after && (isRelated || isInheritedAnew(before, after))) mark(after);
  return {
    writes: [...parts].map(([other, part]) => deps.store.resources.update(tenantId, other, part)),
    marked,
  };
}

/** The lineage as it is to be, and what was named before. */
async function readLineage(
  tenantId: string,
  { before, after }: Relating,
  transaction: Transaction,
  { store }: RelateDeps,
): Promise<Map<string, Resource>> {
  const known = new Map<string, Resource>(after && [[after.id, after]]);
  const asked = new Set<string>(known.keys());
  let missing = (before?.relations ?? []).map(({ resourceId }) => resourceId);
  for (;;) {
    missing = [...new Set([...missing, ...(after ? lineageOf(after.id, known) : [])])].filter((id) => !asked.has(id));
    if (missing.length === 0) return known;
    for (const id of missing) asked.add(id);
    const found = await store.resources.getMany(transaction, tenantId, missing);
    for (const resource of found) if (resource) known.set(resource.id, resource);
  }
}

async function checkRelations(
  tenantId: string,
  resource: Resource,
  known: Map<string, Resource>,
  transaction: Transaction,
  deps: RelateDeps,
): Promise<void> {
  const parents = resource.relations.filter((relation) => upThreshold(relation) !== 'never');
  for (const { resourceId } of parents) {
    const parent = known.get(resourceId);
    if (parent) await readCountingSibling(tenantId, resource.id, parent, known, transaction, deps);
  }
  const errors = relationErrors(resource, known);
  if (errors.length > 0) throw refusal(errors);
}

/** All children of a parent that count state the same, so one of them is enough to compare with. */
async function readCountingSibling(
  tenantId: string,
  resourceId: string,
  parent: Resource,
  known: Map<string, Resource>,
  transaction: Transaction,
  { store }: RelateDeps,
): Promise<void> {
  const siblingIds = (parent.relatedFrom ?? []).filter((id) => id !== resourceId);
  for (let at = 0; at < siblingIds.length; at += SIBLINGS_AT_ONCE) {
    const ids = siblingIds.slice(at, at + SIBLINGS_AT_ONCE);
    const found = (await store.resources.getMany(transaction, tenantId, ids)).filter((sibling) => sibling !== null);
    for (const sibling of found) known.set(sibling.id, sibling);
    if (found.some((sibling) => thresholdTo(parent.id, sibling.relations) !== 'never')) return;
  }
}

function refusal(errors: readonly RelationError[]): Problem {
  const named = errors.map(({ path, detail }) => `${path} ${detail}`).join('; ');
  return new Problem('unprocessable', `These relations cannot be: ${named}.`, { errors });
}

/** By resource: whom it is related from, where that changes. */
function relatedFromChanges(
  id: string,
  { before, after }: Relating,
  known: ReadonlyMap<string, Resource>,
): [string, string[]][] {
  return [...namedBy(before, after)].flatMap((named): [string, string[]][] => {
    const resource = known.get(named);
    const is = typeTo(named, after?.relations) !== undefined;
    if (!resource || is === (typeTo(named, before?.relations) !== undefined)) return [];
    const others = (resource.relatedFrom ?? []).filter((other) => other !== id);
    return [[named, is ? [...others, id].sort() : others]];
  });
}

/**
 * Resources whose derived events do not follow from the lineage as it is now: what is named no longer, or as something
 * else, and parents for which other children count differently without this one.
 */
function leftBehind({ before, after }: Relating, known: ReadonlyMap<string, Resource>): Resource[] {
  return [...namedBy(before, after)].flatMap((id) => {
    const [was, is] = [thresholdTo(id, before?.relations), thresholdTo(id, after?.relations)];
    const former = typeTo(id, before?.relations);
    const isLeft = after !== undefined && former !== undefined && former !== typeTo(id, after.relations);
    const countsAnew = was !== is && (isCounted(was) || isCounted(is));
    const resource = isLeft || countsAnew ? known.get(id) : undefined;
    return resource ? [resource] : [];
  });
}

function namedBy(...resources: readonly (Resource | undefined)[]): Set<string> {
  return new Set(resources.flatMap((resource) => resource?.relations ?? []).map(({ resourceId }) => resourceId));
}

function typeTo(id: string, relations: readonly Relation[] = []): Relation['type'] | undefined {
  return relations.find(({ resourceId }) => resourceId === id)?.type;
}

function thresholdTo(parentId: string, relations: readonly Relation[] = []): UpThreshold {
  const relation = relations.find(({ resourceId }) => resourceId === parentId);
  return relation ? upThreshold(relation) : 'never';
}

/** True when its events read differently on its relatives, or theirs on it. */
function isInheritedAnew(before: Resource | undefined, after: Resource): boolean {
  if (!before || (after.relations.length === 0 && (after.relatedFrom ?? []).length === 0)) return false;
  return (['name', 'timeZone', 'checkInTime', 'checkOutTime'] as const).some((field) => before[field] !== after[field]);
}
