import { NotFound, Rejected } from '../../domain/errors.ts';
import { instantOf } from '../../domain/interval.ts';
import type { Webhook, WebhookDelivery } from '../../domain/webhook.ts';
import type { SyncDeps } from '../deps.ts';
import { enqueueAttempt } from './enqueue-attempt.ts';
import { newDelivery } from './notify-webhooks.ts';
import { dueAt } from './plan-attempt.ts';

type ReplayDeps = Pick<SyncDeps, 'documents' | 'store' | 'tasks' | 'clock'>;

/**
 * Posts a delivery again, whatever became of it, from the first attempt on and under the same id.
 * @throws NotFound; Rejected (`webhook_disabled`).
 */
export async function replayDelivery(
  input: { readonly tenantId: string; readonly webhookId: string; readonly deliveryId: string },
  deps: ReplayDeps,
): Promise<WebhookDelivery> {
  const { tenantId, webhookId, deliveryId } = input;
  const { documents, store, clock } = deps;
  const now = clock.now();
  const replayed = await documents.transact(async (transaction) => {
    checkEnabled(await store.webhooks.get(transaction, tenantId, webhookId), webhookId);
    const known = await store.webhookDeliveries.get(transaction, tenantId, deliveryId);
    if (known?.webhookId !== webhookId) throw new NotFound(`no delivery "${deliveryId}"`);
    const part = { status: 'pending', attempts: 0, round: known.round + 1, ...dueAt(now) } as const;
    transaction.write(store.webhookDeliveries.update(tenantId, deliveryId, { ...part, reason: undefined }));
    const { reason: _, ...rest } = known;
    return { ...rest, ...part };
  });
  await enqueueAttempt(tenantId, replayed, now, deps);
  return replayed;
}

/**
 * Posts a notification of nothing, so that its receiver can be tried.
 * @throws NotFound; Rejected (`webhook_disabled`).
 */
export async function testWebhook(
  input: { readonly tenantId: string; readonly webhookId: string; readonly deliveryId: string },
  deps: ReplayDeps,
): Promise<WebhookDelivery> {
  const { tenantId, webhookId, deliveryId } = input;
  const { documents, store, clock } = deps;
  const now = clock.now();
  checkEnabled(await store.webhooks.get(documents, tenantId, webhookId), webhookId);
  const notification = { type: 'webhook.test', timestamp: instantOf(now), data: { webhookId } } as const;
  const delivery = newDelivery(deliveryId, webhookId, notification, now);
  await documents.commit([store.webhookDeliveries.create(tenantId, delivery, now)]);
  await enqueueAttempt(tenantId, delivery, now, deps);
  return delivery;
}

function checkEnabled(webhook: Webhook | null, id: string): void {
  if (!webhook) throw new NotFound(`no webhook "${id}"`);
  if (webhook.status === 'enabled') return;
  throw new Rejected('the webhook is disabled: enable it first', { reason: 'webhook_disabled' });
}
