import { holdsTime, isOwn, type LedgerEvent } from '../domain/event.ts';
import { addDays, instantOf } from '../domain/interval.ts';
import type { Resource } from '../domain/resource.ts';
import { lineageOf } from '../ledger/relation-graph.ts';
import { type RecommitDeps, recommit } from './recommit.ts';

interface RederiveInput {
  readonly tenantId: string;
  readonly resourceId: string;
}

/**
 * Works out anew what the relatives of a resource inherit from each other, after its relations, zone or times of day
 * changed: every event to come of its lineage is put through the ledger once more, as it is. Safe to run again; nothing to
 * do for a resource that is gone.
 * @throws what the document store and the queue throw.
 */
export async function rederive({ tenantId, resourceId }: RederiveInput, deps: RecommitDeps): Promise<void> {
  const lineage = await readLineage({ tenantId, resourceId }, deps);
  const count = await recommit(
    {
      ...{ tenantId, resourceId, flow: 'rederive', touch: true },
      chunks: causesOf(tenantId, lineage, deps),
      decide: (current) => ({ events: [...current.values()] }),
    },
    deps,
  );
  deps.log.info('resource.rederived', { tenantId, resourceId, count });
}

async function readLineage({ tenantId, resourceId }: RederiveInput, deps: RecommitDeps): Promise<Resource[]> {
  const known = new Map<string, Resource>();
  const asked = new Set<string>();
  let missing = [resourceId];
  while (missing.length > 0) {
    for (const id of missing) asked.add(id);
    const found = await deps.store.resources.getMany(deps.documents, tenantId, missing);
    for (const resource of found) if (resource) known.set(resource.id, resource);
    missing = [...lineageOf(resourceId, known)].filter((id) => !asked.has(id));
  }
  return known.has(resourceId) ? [...known.values()] : [];
}

/** Ids of the lineage's events that others may be derived from. What came from one event alone is found through it. */
async function* causesOf(tenantId: string, lineage: readonly Resource[], deps: RecommitDeps): AsyncGenerator<string[]> {
  for (const resource of lineage) yield* eventsToCome(tenantId, resource, deps);
}

async function* eventsToCome(
  tenantId: string,
  { id, kind }: Resource,
  { documents, store, clock }: RecommitDeps,
): AsyncGenerator<string[]> {
  const now = instantOf(clock.now());
  const where = [
    { field: 'resourceId', op: '==', value: id },
    // A stay may end on a date that is over in UTC and not yet where it is.
    { field: 'end', op: '>', value: kind === 'timed' ? now : addDays(now.slice(0, 10), -1) },
  ] as const;
  for await (const events of store.events.each(documents, tenantId, { where, orderBy: { field: 'end' } })) {
    yield events.filter(isCause).map((event) => event.id);
  }
}

function isCause(event: LedgerEvent): boolean {
  return isOwn(event) || (event.source.id === 'count' && holdsTime(event));
}
