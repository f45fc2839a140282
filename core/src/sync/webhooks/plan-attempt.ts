import { instantOf, msOf } from '../../domain/interval.ts';
import type { Webhook, WebhookDelivery } from '../../domain/webhook.ts';
import type { PartOf } from '../../store/collection.ts';

/** What became of one attempt: an answer, or none and why. */
export type AttemptOutcome =
  | { readonly status: number; readonly retryAfterMs?: number }
  | { readonly status?: undefined; readonly retryAfterMs?: number; readonly reason: string };

export interface AttemptVerdict {
  readonly delivery: PartOf<WebhookDelivery>;
  /** Milliseconds since 1970 of the next attempt; absent when there is none. */
  readonly nextAt?: number;
  /** What becomes of the webhook; absent when it stays as it is. */
  readonly webhook?: Pick<PartOf<Webhook>, 'failingSince'>;
  /** Why it is disabled from now on, for a person. */
  readonly disable?: string;
}

/** How long an attempt waits after the one before it: the schedule that Standard Webhooks recommends, some 76 hours. */
const WAITS_MS = [5_000, 300_000, 1_800_000, ...[2, 5, 10, 14, 20, 24].map((hours) => hours * 3_600_000)];
/** So much is added at most, lest all that failed together comes again together. */
const JITTER = 0.1;
const LONGEST_WAIT_MS = 24 * 3_600_000;
/** A webhook that has taken nothing for so long is disabled. */
const DISABLED_AFTER_MS = 5 * 24 * 3_600_000;
/** How long the sweep leaves an attempt to its own task. */
const SWEEP_AFTER_MS = 2 * 60_000;

/** The fields of a delivery whose next attempt is due at `at` (milliseconds since 1970). */
export function dueAt(at: number): Pick<WebhookDelivery, 'nextAttemptAt' | 'sweepAt'> {
  return { nextAttemptAt: instantOf(at), sweepAt: instantOf(at + SWEEP_AFTER_MS) };
}

/** The fields of a delivery that is given up. */
export function givenUp(reason: string): PartOf<WebhookDelivery> {
  return { status: 'failed', reason, nextAttemptAt: undefined, sweepAt: undefined };
}

/**
 * What an attempt that has just ended means for its delivery and its webhook. A receiver that says how long to wait is
 * heeded; one that answers 410 wants no more of it at all. Pure.
 */
export function judgeAttempt(
  delivery: WebhookDelivery,
  { failingSince }: Pick<Webhook, 'failingSince'>,
  outcome: AttemptOutcome,
  now: number,
): AttemptVerdict {
  const attempts = delivery.attempts + 1;
  const ended = { attempts, lastAttemptAt: instantOf(now), lastStatus: outcome.status };
  if (outcome.status !== undefined && outcome.status >= 200 && outcome.status < 300) {
    const done = { status: 'delivered', reason: undefined, nextAttemptAt: undefined, sweepAt: undefined } as const;
    return {
      delivery: { ...ended, ...done },
      ...(failingSince !== undefined && { webhook: { failingSince: undefined } }),
    };
  }
  const reason = outcome.status === undefined ? outcome.reason : `the receiver answered ${outcome.status}`;
  const since = failingSince ?? instantOf(now);
  const webhook = failingSince === undefined ? { webhook: { failingSince: since } } : {};
  const disable = whyDisable(outcome, since, now);
  if (disable !== undefined) return { delivery: { ...ended, ...givenUp(reason) }, ...webhook, disable };
  const wait = WAITS_MS[delivery.attempts];
  if (wait === undefined) {
    return { delivery: { ...ended, ...givenUp(`${reason}, as in all of ${attempts} attempts`) }, ...webhook };
  }
  const nextAt = now + Math.min(Math.max(wait * (1 + jitterOf(delivery)), outcome.retryAfterMs ?? 0), LONGEST_WAIT_MS);
  return { delivery: { ...ended, reason, ...dueAt(nextAt) }, ...webhook, nextAt };
}

function whyDisable({ status }: AttemptOutcome, since: string, now: number): string | undefined {
  if (status === 410) return 'its receiver answered 410: it wants no more notifications';
  if (now - msOf(since) < DISABLED_AFTER_MS) return undefined;
  return `no delivery has succeeded since ${since}`;
}

/** From 0 to `JITTER`, the same for every attempt of a delivery. */
function jitterOf({ id }: WebhookDelivery): number {
  return ((Number.parseInt(id.slice(0, 4), 32) || 0) / 32 ** 4) * JITTER;
}
