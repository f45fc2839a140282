import { hasLapsed, isOwn } from '../../domain/event.ts';
import { instantOf } from '../../domain/interval.ts';
import { commitChanges } from '../../ledger/commit-changes.ts';
import type { SyncDeps } from '../deps.ts';
import { enqueueReconciles } from '../enqueue-reconciles.ts';

/** Several times the pause between two sweeps. What an outage makes it miss stays untidy, and does no harm. */
const LOOKED_BACK_MS = 10 * 60_000;
const MOST_HOLDS = 200;

type TidyDeps = Pick<SyncDeps, 'documents' | 'store' | 'clock' | 'newId' | 'log' | 'tasks'>;

/**
 * Lets go in writing of holds that lapsed just now, across all tenants: conflicts they were in end, and what lost against
 * them stands for itself. Nothing waits for this; their time is free already. Answers how many there were.
 */
export async function tidyHolds(deps: TidyDeps): Promise<number> {
  const now = deps.clock.now();
  const found = await deps.store.events.queryAllTenants(deps.documents, {
    where: [
      { field: 'until', op: '>', value: instantOf(now - LOOKED_BACK_MS) },
      { field: 'until', op: '<=', value: instantOf(now) },
    ],
    orderBy: { field: 'until' },
    limit: MOST_HOLDS,
  });
  const lapsed = found.filter(({ value }) => isOwn(value) && value.status === 'active');
  for (const { tenantId, value } of lapsed) await letGo(tenantId, value.id, deps);
  if (lapsed.length > 0) deps.log.info('holds.tidied', { count: lapsed.length });
  return lapsed.length;
}

async function letGo(tenantId: string, eventId: string, deps: TidyDeps): Promise<void> {
  const { marked } = await commitChanges(
    {
      tenantId,
      eventIds: [eventId],
      decide: (current) => {
        const hold = current.get(eventId);
        // As it stands it holds nothing any more; put down as it stands, it says so. It may have been confirmed meanwhile.
        return hold && hasLapsed(hold, instantOf(deps.clock.now())) ? { events: [hold] } : null;
      },
    },
    deps,
  );
  await enqueueReconciles(tenantId, marked, deps);
}
