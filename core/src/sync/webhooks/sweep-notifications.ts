import { instantOf, msOf } from '../../domain/interval.ts';
import type { Collection, FoundAmongTenants } from '../../store/collection.ts';
import type { SyncDeps } from '../deps.ts';
import { enqueueAttempt } from './enqueue-attempt.ts';
import { givenUp } from './plan-attempt.ts';

type SweepDeps = Pick<SyncDeps, 'documents' | 'store' | 'tasks' | 'clock' | 'log'>;

const PAGE = 200;
/** What was swept is left to its task for this long. */
const AGAIN_AFTER_MS = 10 * 60_000;
/** No schedule of attempts lasts longer: whatever is still pending then, something of ours is in its way. */
const PENDING_FOR_MS = 5 * 24 * 3_600_000;

/**
 * Finds notifications whose task was lost, across all tenants, and has them told: outbox entries of commits that died
 * before their task was enqueued, and deliveries whose next attempt is overdue. Answers how many.
 */
export async function sweepNotifications(deps: SweepDeps): Promise<number> {
  const entries = await sweepAll(deps.store.outbox, deps, async ({ tenantId, value: { id: outboxId } }) => {
    await deps.tasks.enqueue({ queue: 'notify-webhooks', payload: { tenantId, outboxId } });
  });
  const deliveries = await sweepAll(deps.store.webhookDeliveries, deps, async ({ tenantId, value }) => {
    const now = deps.clock.now();
    if (now - msOf(value.createdAt) < PENDING_FOR_MS || value.round > 0) {
      return enqueueAttempt(tenantId, value, now, deps, value.sweepAt);
    }
    const part = givenUp('it could not be attempted for five days');
    await deps.documents.commit([deps.store.webhookDeliveries.update(tenantId, value.id, part)]);
  });
  if (entries + deliveries > 0) deps.log.info('notifications.swept', { count: entries + deliveries });
  return entries + deliveries;
}

/** Each page is pushed ahead before anything is done about it, so that whatever that does comes after and stays. */
async function sweepAll<T extends { readonly id: string; readonly sweepAt?: string }>(
  collection: Collection<T>,
  deps: SweepDeps,
  take: (found: FoundAmongTenants<T>) => Promise<void>,
): Promise<number> {
  const now = deps.clock.now();
  let count = 0;
  let swept: number;
  do {
    const due = await takeDue(collection, now, deps);
    await Promise.all(due.map(take));
    swept = due.length;
    count += swept;
  } while (swept === PAGE);
  return count;
}

function takeDue<T extends { readonly id: string; readonly sweepAt?: string }>(
  collection: Collection<T>,
  now: number,
  { documents }: SweepDeps,
): Promise<readonly FoundAmongTenants<T>[]> {
  const sweepAt = instantOf(now + AGAIN_AFTER_MS);
  return documents.transact(async (transaction) => {
    const due = await collection.queryAllTenants(transaction, {
      where: [{ field: 'sweepAt', op: '<=', value: instantOf(now) }],
      orderBy: { field: 'sweepAt' },
      limit: PAGE,
    });
    const part = { sweepAt } as Parameters<typeof collection.update>[2];
    transaction.write(...due.map(({ tenantId, value }) => collection.update(tenantId, value.id, part)));
    return due;
  });
}
