import { isOwn } from '../domain/event.ts';
import { addDays, instantOf } from '../domain/interval.ts';
import { prioritiesOf, priorityOf } from '../domain/priorities.ts';
import type { Resource } from '../domain/resource.ts';
import type { Tenant } from '../domain/tenant.ts';
import { lineageOf } from '../ledger/relation-graph.ts';
import { MOST_CHANGES } from '../ledger/settle-decision.ts';
import { limitFeeds } from './feeds/limit-feeds.ts';
import { type OutrankedEvent, planRanking } from './plan-ranking.ts';
import { type RecommitDeps, recommit } from './recommit.ts';

/**
 * Brings what stands in line with what its tenant has chosen: feeds without limits of their own get the tenant's, and
 * every event to come of a source that ranks otherwise now is put through the ledger with its new priority, so that
 * conflicts are judged anew, bookings are shown by another source, and relatives follow. What staff decided stays. Reads
 * what is chosen now, so it is safe to run again, late, or twice at once; nothing to do for a tenant that is gone.
 * @throws what the document store and the queue throw; run again, it goes on where it was.
 */
export async function applySettings({ tenantId }: { readonly tenantId: string }, deps: RecommitDeps): Promise<void> {
  const tenant = await deps.store.tenants.get(deps.documents, tenantId);
  if (!tenant) return;
  const feeds = await limitFeeds(tenantId, deps);
  const events = await rankEvents(tenant, deps);
  deps.log.info('settings.applied', { tenantId, count: feeds + events });
}

async function rankEvents(tenant: Tenant, deps: RecommitDeps): Promise<number> {
  const { id: tenantId } = tenant;
  const { documents, store } = deps;
  const systems = await store.bookingSystems.query(documents, tenantId);
  const motopressIds = new Set(systems.filter(({ type }) => type === 'motopress').map(({ id }) => id));
  const outranked = await findOutranked(tenant, motopressIds, deps);
  if (outranked.length === 0) return 0;
  const resources = new Map<string, Resource>();
  for await (const page of store.resources.each(documents, tenantId)) {
    for (const resource of page) resources.set(resource.id, resource);
  }
  // Each event may have one derived from it on every other resource of its lineage, in the same commit.
  const chunks = planRanking(outranked, (resourceId) => lineageOf(resourceId, resources).size, MOST_CHANGES);
  return recommit(
    {
      ...{ tenantId, flow: 'apply-settings', chunks, readsTenant: true },
      decide: (current, { tenant }) => {
        const ranks = prioritiesOf(tenant?.priorities);
        const ranked = [...current.values()].map((event) => ({
          ...event,
          priority: priorityOf(event, ranks, motopressIds),
        }));
        return { events: ranked.filter(({ id, priority }) => priority !== current.get(id)?.priority) };
      },
    },
    deps,
  );
}

/**
 * The events to come, in whatever status, whose source has another priority: what is released may be held again. One
 * resource after the other, so that a commit touches few pages.
 */
async function findOutranked(
  { id: tenantId, priorities }: Tenant,
  motopressIds: ReadonlySet<string>,
  { documents, store, clock }: RecommitDeps,
): Promise<OutrankedEvent[]> {
  const ranks = prioritiesOf(priorities);
  const outranked: OutrankedEvent[] = [];
  // A stay may end on a date that is over in UTC and not yet where it is.
  const where = [{ field: 'end', op: '>', value: addDays(instantOf(clock.now()).slice(0, 10), -1) }] as const;
  for await (const events of store.events.each(documents, tenantId, { where, orderBy: { field: 'end' } })) {
    for (const event of events) {
      if (!isOwn(event) || priorityOf(event, ranks, motopressIds) === event.priority) continue;
      const { id, resourceId, overriddenBy, mergedInto } = event;
      outranked.push({
        ...{ id, resourceId },
        ...(overriddenBy !== undefined && { overriddenBy }),
        ...(mergedInto !== undefined && { mergedInto }),
      });
    }
  }
  return [...Map.groupBy(outranked, ({ resourceId }) => resourceId).values()].flat();
}
