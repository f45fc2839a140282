import { NotFound } from '../../domain/errors.ts';
import { instantOf } from '../../domain/interval.ts';
import type { Tenant } from '../../domain/tenant.ts';
import { subscribedFamilies, type Webhook } from '../../domain/webhook.ts';
import type { Write } from '../../ports/document-store.ts';
import type { SyncDeps } from '../deps.ts';
import { spreadSubscriptions } from './spread-subscriptions.ts';

type WebhookDeps = Pick<SyncDeps, 'documents' | 'store' | 'clock' | 'tasks' | 'log'>;

/** Who spreads what a change of subscriptions means, should this process die before it has. */
const SPREAD_AFTER_MS = 60_000;

/** What is to become of one webhook: what it is then, or null when it goes. */
export type WebhookChange = (known: Webhook | undefined, all: readonly Webhook[]) => Webhook | null;

/**
 * Adds, changes or removes one webhook, and what its tenant's resources and feeds know of subscriptions with it. From
 * when this is done on, every commit tells those who are subscribed.
 * @throws what `change` throws, and the store and the queue.
 */
export async function changeWebhooks(
  input: { readonly tenantId: string; readonly webhookId: string; readonly change: WebhookChange },
  deps: WebhookDeps,
): Promise<Webhook | null> {
  const { tenantId, webhookId, change } = input;
  const { documents, store, tasks, clock } = deps;
  // First, so that no change is left half known.
  const runAt = clock.now() + SPREAD_AFTER_MS;
  await tasks.enqueue({ queue: 'spread-subscriptions', payload: { tenantId }, runAt });
  const changed = await documents.transact(async (transaction) => {
    const tenant = await store.tenants.get(transaction, tenantId);
    const webhooks = await store.webhooks.query(transaction, tenantId);
    const known = webhooks.find(({ id }) => id === webhookId);
    const webhook = change(known, webhooks);
    const others = webhooks.filter(({ id }) => id !== webhookId);
    transaction.write(
      webhook ? store.webhooks.set(tenantId, webhook) : store.webhooks.delete(tenantId, webhookId),
      ...tenantWrites(tenant, webhook ? [...others, webhook] : others, deps),
    );
    return webhook;
  });
  await spreadSubscriptions({ tenantId }, deps);
  return changed;
}

/**
 * Stops telling a webhook anything, until staff enable it again, who are alerted once. Nothing to do for one that is
 * gone or disabled.
 */
export async function disableWebhook(
  input: { readonly tenantId: string; readonly webhookId: string; readonly reason: string },
  deps: WebhookDeps,
): Promise<void> {
  const { tenantId, webhookId, reason } = input;
  let isNews = false;
  const change: WebhookChange = (known) => {
    if (!known) throw new NotFound(`no webhook "${webhookId}"`);
    isNews = known.status === 'enabled';
    const updatedAt = instantOf(deps.clock.now());
    return isNews ? { ...known, status: 'disabled', statusReason: reason, updatedAt } : known;
  };
  try {
    await changeWebhooks({ tenantId, webhookId, change }, deps);
  } catch (error) {
    if (error instanceof NotFound) return;
    throw error;
  }
  if (isNews) deps.log.alert('webhook.disabled', { direction: 'to-subscriber', tenantId, webhookId, reason });
}

function tenantWrites(tenant: Tenant | null, webhooks: readonly Webhook[], { store }: WebhookDeps): Write[] {
  const subscribed = subscribedFamilies(webhooks);
  if (!tenant || String(tenant.subscribed ?? []) === String(subscribed)) return [];
  return [store.tenants.update(tenant.id, { subscribed })];
}
