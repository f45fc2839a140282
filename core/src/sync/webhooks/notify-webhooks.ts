import { digest } from '../../domain/identity.ts';
import { instantOf } from '../../domain/interval.ts';
import { isSubscribed, type OutboxEntry } from '../../domain/notification.ts';
import type { Webhook, WebhookDelivery } from '../../domain/webhook.ts';
import type { TaskPayloads } from '../../ports/task-queue.ts';
import type { SyncDeps } from '../deps.ts';
import { enqueueAttempt } from './enqueue-attempt.ts';
import { dueAt } from './plan-attempt.ts';

type NotifyDeps = Pick<SyncDeps, 'documents' | 'store' | 'tasks' | 'clock'>;

/** Deliveries that are made in one transaction. */
const AT_ONCE = 200;

/**
 * Makes a delivery of everything in an outbox entry for every webhook that is subscribed to it, enqueues their first
 * attempts and takes the entry out. Safe to run again: deliveries have derived ids. Nothing to do for an entry that is
 * gone.
 * @throws what the document store and the queue throw.
 */
export async function notifyWebhooks(input: TaskPayloads['notify-webhooks'], deps: NotifyDeps): Promise<void> {
  const { tenantId, outboxId } = input;
  const { documents, store, clock } = deps;
  const entry = await store.outbox.get(documents, tenantId, outboxId);
  if (!entry) return;
  const where = [{ field: 'status', op: '==', value: 'enabled' }] as const;
  const webhooks = await store.webhooks.query(documents, tenantId, { where });
  const deliveries = deliveriesOf(entry, webhooks, clock.now());
  for (let from = 0; from < deliveries.length; from += AT_ONCE) {
    const made = await makeDeliveries(tenantId, deliveries.slice(from, from + AT_ONCE), deps);
    await Promise.all(made.map((delivery) => enqueueAttempt(tenantId, delivery, clock.now(), deps)));
  }
  await documents.commit([store.outbox.delete(tenantId, outboxId)]);
}

/** The delivery of one notification to one webhook, before its first attempt. */
export function newDelivery(
  id: string,
  webhookId: string,
  notification: { readonly type: WebhookDelivery['type']; readonly timestamp: string; readonly data: unknown },
  now: number,
): WebhookDelivery {
  const { type, timestamp, data } = notification;
  return {
    ...{ id, webhookId, type, status: 'pending', attempts: 0, round: 0 },
    body: JSON.stringify({ type, timestamp, data }),
    ...dueAt(now),
    createdAt: instantOf(now),
  };
}

function deliveriesOf(entry: OutboxEntry, webhooks: readonly Webhook[], now: number): WebhookDelivery[] {
  return entry.notifications.flatMap((notification, index) =>
    webhooks
      .filter(({ types }) => isSubscribed(types, notification.type))
      .map(({ id: webhookId }) => {
        const id = digest('delivery', entry.id, String(index), webhookId).slice(0, 26);
        return newDelivery(id, webhookId, notification, now);
      }),
  );
}

/** Those that wait for their first attempt, made now or when this was last run. */
function makeDeliveries(
  tenantId: string,
  deliveries: readonly WebhookDelivery[],
  { documents, store, clock }: NotifyDeps,
): Promise<WebhookDelivery[]> {
  const ids = deliveries.map(({ id }) => id);
  return documents.transact(async (transaction) => {
    const known = await store.webhookDeliveries.getMany(transaction, tenantId, ids);
    const fresh = deliveries.filter((_, index) => !known[index]);
    transaction.write(...fresh.map((each) => store.webhookDeliveries.create(tenantId, each, clock.now())));
    const waiting = known.filter((each) => each !== null).filter(({ status, attempts }) => isWaiting(status, attempts));
    return [...fresh, ...waiting];
  });
}

function isWaiting(status: WebhookDelivery['status'], attempts: number): boolean {
  return status === 'pending' && attempts === 0;
}
