import type { Conflict } from '../domain/conflict.ts';
import { holdsTime, isOwn, type LedgerEvent } from '../domain/event.ts';
import { addDays, instantOf } from '../domain/interval.ts';
import type { Resource } from '../domain/resource.ts';
import { type CommitResult, commitChanges, tellOpened } from '../ledger/commit-changes.ts';
import { commitInParts } from '../ledger/commit-in-parts.ts';
import { lineageOf } from '../ledger/relation-graph.ts';
import type { SyncDeps } from './deps.ts';
import { enqueueReconciles } from './enqueue-reconciles.ts';
import { recordRun } from './record-run.ts';

type RederiveDeps = Pick<SyncDeps, 'documents' | 'store' | 'clock' | 'newId' | 'log' | 'tasks'>;

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
export async function rederive({ tenantId, resourceId }: RederiveInput, deps: RederiveDeps): Promise<void> {
  const startedAt = deps.clock.now();
  const lineage = await readLineage({ tenantId, resourceId }, deps);
  let changes: CommitResult['changes'] = [];
  const opened: Conflict[] = [];
  for (const resource of lineage) {
    for await (const ids of eventsToCome(tenantId, resource, deps)) {
      await commitInParts(ids, async (eventIds) => {
        const result = await commitChanges(
          { tenantId, eventIds, touch: true, isPart: true, decide: (current) => ({ events: [...current.values()] }) },
          deps,
        );
        for (const reason of result.warnings) deps.log.warn('ledger.clipped', { tenantId, resourceId, reason });
        await enqueueReconciles(tenantId, result.marked, deps);
        changes = [...changes, ...result.changes];
        opened.push(...result.opened);
      });
    }
  }
  tellOpened(tenantId, opened, deps);
  deps.log.info('resource.rederived', { tenantId, resourceId, count: changes.length });
  if (changes.length > 0) await keepRun({ tenantId, resourceId }, startedAt, changes, deps);
}

async function readLineage({ tenantId, resourceId }: RederiveInput, deps: RederiveDeps): Promise<Resource[]> {
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

/**
 * Ids of the events that others may be derived from, page by page. What came from one event alone is found through that
 * event.
 */
async function* eventsToCome(
  tenantId: string,
  { id, kind }: Resource,
  { documents, store, clock }: RederiveDeps,
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

async function keepRun(
  { tenantId, resourceId }: RederiveInput,
  startedAt: number,
  changes: CommitResult['changes'],
  deps: RederiveDeps,
): Promise<void> {
  const counts = {
    added: changes.filter(({ before, after }) => !before && holdsTime(after)).length,
    changed: changes.filter(({ before, after }) => before && holdsTime(before) && holdsTime(after)).length,
    released: changes.filter(({ before, after }) => before && holdsTime(before) && !holdsTime(after)).length,
  };
  await recordRun(
    {
      ...{ tenantId, resourceId, startedAt, counts },
      ...{ flow: 'rederive', trigger: 'configuration', status: 'success' },
      changes: changes.map(({ before, after }) => ({
        action: !before ? 'added' : holdsTime(after) ? 'changed' : 'released',
        eventId: after.id,
        resourceId: after.resourceId,
      })),
    },
    deps,
  );
}
