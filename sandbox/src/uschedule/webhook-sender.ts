import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { StudioClock } from '../studio-clock.ts';
import type { Appointment } from './appointment.ts';
import type { AppointmentChange } from './appointment-book.ts';

/** What happens to webhooks from now on. `delay` holds each back for `ms` of the studio's time. */
export type Delivery =
  | { readonly mode: 'deliver' | 'drop' | 'duplicate' }
  | { readonly mode: 'delay'; readonly ms: number };

/** A webhook that has not been taken yet; `attempt` counts from 1 and falls due at `dueAt` (ms since 1970). */
export interface PendingWebhook {
  readonly id: string;
  readonly body: string;
  readonly attempt: number;
  readonly dueAt: number;
}

/** One try to deliver; without a status nobody answered. */
export interface DeliveryAttempt {
  readonly webhookId: string;
  readonly attempt: number;
  readonly status: number | undefined;
}

/** Waits before the second and later attempts, from the Standard Webhooks specification's suggested schedule. */
const RETRY_AFTER_MS = [5_000, 5 * 60_000, 30 * 60_000, 2 * 3_600_000, 5 * 3_600_000, 10 * 3_600_000];
const ANSWER_TIMEOUT_MS = 15_000;
const KEPT_ATTEMPTS = 1_000;

/**
 * Sends USchedule's webhooks, signed as Standard Webhooks, until each is answered with a 2xx or the schedule ends. An
 * attempt has its own real-time timestamp, because receivers check it against their own; the id stays the same.
 */
export class WebhookSender {
  readonly #clock: StudioClock;
  readonly #url: () => string | undefined;
  readonly #signer: Webhook;
  #delivery: Delivery = { mode: 'deliver' };
  #held: PendingWebhook[] | undefined;
  #pending = new Set<PendingWebhook>();
  #attempts: DeliveryAttempt[] = [];

  constructor(options: { clock: StudioClock; url: () => string | undefined; secret: string }) {
    this.#clock = options.clock;
    this.#url = options.url;
    this.#signer = new Webhook(options.secret);
  }

  setDelivery(delivery: Delivery): void {
    this.#delivery = delivery;
  }

  /** Keeps webhooks back until `release`. */
  hold(): void {
    this.#held ??= [];
  }

  /** Delivers what was held, one after the other in this order, and holds no more. */
  async release(order: 'oldest-first' | 'newest-first'): Promise<void> {
    const held = this.#held ?? [];
    this.#held = undefined;
    if (order === 'newest-first') held.reverse();
    for (const webhook of held) await this.#attempt(webhook);
  }

  /** Announces a change; where nobody subscribed there is nobody to tell. */
  announce(change: AppointmentChange, appointment: Appointment): void {
    if (this.#url() === undefined || this.#delivery.mode === 'drop') return;
    const webhook: PendingWebhook = {
      id: `msg_${randomUUID()}`,
      body: JSON.stringify({
        type: `appointment.${change}`,
        timestamp: appointment.updated_at,
        data: { id: appointment.id, version: appointment.version },
      }),
      attempt: 1,
      dueAt: this.#clock.now() + (this.#delivery.mode === 'delay' ? this.#delivery.ms : 0),
    };
    if (this.#held) {
      this.#held.push(webhook);
      return;
    }
    this.#start(webhook);
    if (this.#delivery.mode === 'duplicate') this.#start({ ...webhook });
  }

  /** The last thousand attempts, oldest first. */
  attempts(): readonly DeliveryAttempt[] {
    return this.#attempts;
  }

  /** What is still to be delivered, for a snapshot. */
  state(): PendingWebhook[] {
    return [...this.#pending, ...(this.#held ?? [])];
  }

  /** Takes up what a former `state()` left undelivered. */
  load(pending: readonly PendingWebhook[]): void {
    for (const webhook of pending) this.#start(webhook);
  }

  #start(webhook: PendingWebhook): void {
    if (webhook.dueAt <= this.#clock.now()) {
      void this.#attempt(webhook);
      return;
    }
    this.#pending.add(webhook);
    this.#clock.schedule(webhook.dueAt, () => this.#attempt(webhook));
  }

  #attempt(webhook: PendingWebhook): Promise<void> {
    this.#pending.add(webhook);
    // Tracked up to the scheduling of the next attempt: between the two the studio must not look settled.
    return this.#clock.track(this.#deliver(webhook));
  }

  async #deliver(webhook: PendingWebhook): Promise<void> {
    const status = await this.#post(webhook);
    this.#attempts.push({ webhookId: webhook.id, attempt: webhook.attempt, status });
    this.#attempts = this.#attempts.slice(-KEPT_ATTEMPTS);
    this.#pending.delete(webhook);
    if (status !== undefined && status >= 200 && status < 300) return;
    const wait = RETRY_AFTER_MS[webhook.attempt - 1];
    if (wait === undefined) return;
    this.#start({ ...webhook, attempt: webhook.attempt + 1, dueAt: this.#clock.now() + wait });
  }

  async #post(webhook: PendingWebhook): Promise<number | undefined> {
    const url = this.#url();
    if (url === undefined) return undefined;
    const sentAt = new Date();
    try {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/json',
          'webhook-id': webhook.id,
          'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
          'webhook-signature': this.#signer.sign(webhook.id, sentAt, webhook.body),
        },
        body: webhook.body,
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      });
      await response.arrayBuffer();
      return response.status;
    } catch {
      // Whatever kept the answer away, the webhook counts as not delivered and is tried again.
      return undefined;
    }
  }
}
