import { DovetailError, isTransient } from '../../domain/errors.ts';
import { signingSecrets, type Webhook, type WebhookDelivery } from '../../domain/webhook.ts';
import type { TaskPayloads } from '../../ports/task-queue.ts';
import type { PartOf } from '../../store/collection.ts';
import type { SyncDeps } from '../deps.ts';
import { disableWebhook } from './change-webhooks.ts';
import { enqueueAttempt } from './enqueue-attempt.ts';
import { type AttemptOutcome, givenUp, judgeAttempt } from './plan-attempt.ts';

/**
 * Makes one attempt of a delivery, keeps how it ended and, where it failed, has the next one made later. Its receiver
 * may get it more than once, under the same id. Nothing to do when the attempt has been made, or staff began a new round.
 * @throws PreconditionFailed when the delivery was written meanwhile, and what the store and the queue throw.
 */
export async function deliverWebhook(input: TaskPayloads['deliver-webhook'], deps: SyncDeps): Promise<void> {
  const { tenantId, deliveryId, round, attempt } = input;
  const { documents, store, clock, log } = deps;
  const found = await store.webhookDeliveries.getVersioned(documents, tenantId, deliveryId);
  if (found?.value.status !== 'pending' || found.value.round !== round || found.value.attempts !== attempt) return;
  const { value: delivery, updateTime } = found;
  const keep = (part: PartOf<WebhookDelivery>) =>
    store.webhookDeliveries.update(tenantId, deliveryId, part, updateTime);
  const webhook = await store.webhooks.get(documents, tenantId, delivery.webhookId);
  if (webhook?.status !== 'enabled') {
    const reason = webhook ? 'the webhook is disabled' : 'the webhook was deleted';
    return documents.commit([keep(givenUp(reason))]);
  }
  const outcome = await post(webhook, delivery, deps);
  const verdict = judgeAttempt(delivery, webhook, outcome, clock.now());
  await documents.commit([
    keep(verdict.delivery),
    ...(verdict.webhook ? [store.webhooks.update(tenantId, webhook.id, verdict.webhook)] : []),
  ]);
  const ids = {
    direction: 'to-subscriber',
    tenantId,
    webhookId: webhook.id,
    deliveryId,
    status: outcome.status,
  } as const;
  if (verdict.delivery.status === 'delivered') log.info('webhook.delivered', ids);
  else log.warn('webhook.not-delivered', { ...ids, attempt: attempt + 1, reason: verdict.delivery.reason });
  if (verdict.disable !== undefined)
    await disableWebhook({ tenantId, webhookId: webhook.id, reason: verdict.disable }, deps);
  else if (verdict.nextAt !== undefined) {
    await enqueueAttempt(tenantId, { id: deliveryId, round, attempts: attempt + 1 }, verdict.nextAt, deps);
  }
}

async function post(
  webhook: Webhook,
  { id, body }: WebhookDelivery,
  { webhooks, clock }: SyncDeps,
): Promise<AttemptOutcome> {
  const { url, allowPrivate } = webhook;
  const secrets = signingSecrets(webhook, clock.now());
  try {
    return await webhooks.post({ url, secrets, id, body, allowPrivate });
  } catch (error) {
    if (!(error instanceof DovetailError)) throw error;
    const wait = isTransient(error) ? error.retryAfterMs : undefined;
    return { reason: error.message, ...(wait !== undefined && { retryAfterMs: wait }) };
  }
}
