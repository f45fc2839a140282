import { instantOf } from '../domain/interval.ts';
import { countRemovals, isBulkRemoval } from '../domain/removal-guard.ts';
import type { Write } from '../ports/document-store.ts';
import type { SyncDeps } from './deps.ts';

/** Whether what vanished waits for staff, and since just now or from before. */
export type Hold = 'none' | 'begun' | 'continued';

/** Events that are seen to be gone from one calendar. */
interface Vanished {
  readonly tenantId: string;
  readonly bindingId: string;
  readonly count: number;
  /** Mappings of those that `writes` mark as vanished: one that was marked so already was counted then. */
  readonly mappingIds: readonly string[];
}

/**
 * Counts events among the recent removals of their calendar, with `writes` in the same transaction, and holds them where
 * they are so many that staff must say whether that was meant; staff are told. Answers that, and since when they are held.
 */
export async function countVanished(
  { tenantId, bindingId, count, mappingIds }: Vanished,
  writes: readonly Write[],
  deps: SyncDeps,
): Promise<{ readonly hold: Hold; readonly heldAt?: string | undefined }> {
  const { store, documents, clock, log } = deps;
  const now = clock.now();
  const future = await countFuture(tenantId, bindingId, now, deps);
  const counted = await documents.transact(async (transaction) => {
    const current = await store.bindings.get(transaction, tenantId, bindingId);
    if (!current) return { hold: 'none' } as const;
    const mappings = await store.mappings.getMany(transaction, tenantId, mappingIds);
    const known = mappings.filter((mapping) => mapping?.vanished).length;
    const removals = countRemovals(current.removals, count - known, future, now);
    const begins = current.removalsHeldAt === undefined && isBulkRemoval(removals);
    const heldAt = begins ? instantOf(now) : current.removalsHeldAt;
    transaction.write(store.bindings.update(tenantId, bindingId, { removals, removalsHeldAt: heldAt }), ...writes);
    if (begins) return { hold: 'begun', heldAt } as const;
    return { hold: heldAt === undefined ? 'none' : 'continued', heldAt } as const;
  });
  if (counted.hold === 'begun') log.alert('removals.held', { tenantId, bindingId, count });
  return counted;
}

function countFuture(
  tenantId: string,
  bindingId: string,
  now: number,
  { documents, store }: Pick<SyncDeps, 'documents' | 'store'>,
): Promise<number> {
  return documents.count({
    from: store.mappings.collectionPath(tenantId),
    where: [
      { field: 'bindingId', op: '==', value: bindingId },
      { field: 'state', op: '==', value: 'live' },
      { field: 'end', op: '>', value: instantOf(now) },
    ],
  });
}
