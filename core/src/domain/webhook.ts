import { familyOfType, NOTIFICATION_FAMILIES, type NotificationFamily, type Subscription } from './notification.ts';

/** An address of a tenant's that is told what happens. */
export interface Webhook {
  readonly id: string;
  /** Secrets, both: stored sealed. The address is masked on read, the signing key shown once. */
  readonly url: string;
  readonly secret: string;
  readonly description?: string;
  readonly types: readonly Subscription[];
  readonly status: 'enabled' | 'disabled';
  /** Why it is disabled, for a person. */
  readonly statusReason?: string;
  /** When the first of its latest failures happened; no delivery has succeeded since. */
  readonly failingSince?: string;
  /** Loopback and private addresses, and plain http, may be posted to: copied from the tenant. */
  readonly allowPrivate: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** One notification for one webhook. Its id is the `webhook-id` of every attempt, so that receivers know it again. */
export interface WebhookDelivery {
  readonly id: string;
  readonly webhookId: string;
  readonly type: Subscription | 'webhook.test';
  /** What is posted, to the byte: each attempt signs the same. */
  readonly body: string;
  readonly status: 'pending' | 'delivered' | 'failed';
  /** Attempts of this round that have ended. */
  readonly attempts: number;
  /** Grows with every replay: tasks of earlier rounds find that they are. */
  readonly round: number;
  readonly nextAttemptAt?: string;
  /** When the sweep takes it up, should its task be lost; while it is pending. */
  readonly sweepAt?: string;
  readonly lastAttemptAt?: string;
  /** What its receiver answered last; absent when there was no answer. */
  readonly lastStatus?: number;
  /** Why it has not been delivered, for a person. */
  readonly reason?: string;
  readonly createdAt: string;
}

/** What at least one of these webhooks is to be told of. */
export function subscribedFamilies(webhooks: readonly Webhook[]): readonly NotificationFamily[] {
  const types = webhooks.filter(({ status }) => status === 'enabled').flatMap((webhook) => webhook.types);
  const families = new Set(types.map(familyOfType));
  return NOTIFICATION_FAMILIES.filter((family) => families.has(family));
}
