import type { Webhook, WebhookDelivery } from '@dovetail/core/domain/webhook.ts';
import type { z } from 'zod';
import type { deliverySchema, webhookSchema } from '../schemas/webhook.ts';
import { maskUrl } from './feed.ts';

/** A webhook as the API shows it, its address masked and its key not at all. */
export function presentWebhook(webhook: Webhook): z.input<typeof webhookSchema> {
  return {
    id: webhook.id,
    url: maskUrl(webhook.url),
    types: webhook.types,
    description: webhook.description,
    status: webhook.status,
    statusReason: webhook.statusReason,
    previousValidUntil: webhook.previous?.validUntil,
    failingSince: webhook.failingSince,
    createdAt: webhook.createdAt,
    updatedAt: webhook.updatedAt,
  };
}

/** A delivery as the API shows it. */
export function presentDelivery(delivery: WebhookDelivery): z.input<typeof deliverySchema> {
  return {
    id: delivery.id,
    type: delivery.type,
    status: delivery.status,
    attempts: delivery.attempts,
    nextAttemptAt: delivery.nextAttemptAt,
    lastAttemptAt: delivery.lastAttemptAt,
    lastStatus: delivery.lastStatus,
    reason: delivery.reason,
    payload: JSON.parse(delivery.body),
    createdAt: delivery.createdAt,
  };
}
