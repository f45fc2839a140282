import { taskNameOf } from '../../domain/identity.ts';
import type { WebhookDelivery } from '../../domain/webhook.ts';
import type { SyncDeps } from '../deps.ts';

/**
 * Has the next attempt of a delivery made at `runAt` (milliseconds since 1970).
 * @param again what tells this task from the one that was enqueued for the attempt before, and may be lost.
 */
export async function enqueueAttempt(
  tenantId: string,
  { id: deliveryId, round, attempts: attempt }: Pick<WebhookDelivery, 'id' | 'round' | 'attempts'>,
  runAt: number,
  { tasks }: Pick<SyncDeps, 'tasks'>,
  again = '',
): Promise<void> {
  await tasks.enqueue({
    queue: 'deliver-webhook',
    payload: { tenantId, deliveryId, round, attempt },
    name: taskNameOf('deliver', tenantId, deliveryId, round, attempt, again),
    runAt,
  });
}
