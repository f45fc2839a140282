import { msOf } from './interval.ts';
import { familyOfType, NOTIFICATION_FAMILIES, type NotificationFamily, type Subscription } from './notification.ts';

/** An address of a tenant's that is told what happens. */
export interface Webhook {
  readonly id: string;
  /** Secrets, these three: stored sealed. The address is masked on read, the signing key shown once. */
  readonly url: string;
  readonly secret: string;
  /** The signing key before, which signs beside the present one for a while after a rotation. */
  readonly previous?: { readonly secret: string; readonly validUntil: string };
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

/**
 * A webhook with another signing key. The one before signs on until `validUntil` (an instant), and not at all without it;
 * the one before that no longer. Given the key it has, it stays as it is: a commit whose answer was lost is made again.
 */
export function withSecret(webhook: Webhook, secret: string, validUntil: string | undefined): Webhook {
  if (webhook.secret === secret) return webhook;
  const { previous: _, ...rest } = webhook;
  return { ...rest, secret, ...(validUntil !== undefined && { previous: { secret: webhook.secret, validUntil } }) };
}

/** The keys that sign what a webhook is told at `now` (milliseconds since 1970), the present one first. */
export function signingSecrets({ secret, previous }: Webhook, now: number): readonly string[] {
  return previous && now < msOf(previous.validUntil) ? [secret, previous.secret] : [secret];
}

/** What at least one of these webhooks is to be told of. */
export function subscribedFamilies(webhooks: readonly Webhook[]): readonly NotificationFamily[] {
  const types = webhooks.filter(({ status }) => status === 'enabled').flatMap((webhook) => webhook.types);
  const families = new Set(types.map(familyOfType));
  return NOTIFICATION_FAMILIES.filter((family) => families.has(family));
}
