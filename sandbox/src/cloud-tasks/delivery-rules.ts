/**
 * The rules by which Cloud Tasks delivers, apart from how: shared by the simulator and the queue for flow tests.
 * Sources: the comments of google.cloud.tasks.v2's queue.proto and cloudtasks.proto as shipped with
 * @google-cloud/tasks 7.1.0, and cloud.google.com/tasks/docs/quotas.
 */

const DAY_MS = 24 * 3_600_000;

/** How far ahead a task may be scheduled. */
export const MAX_SCHEDULE_AHEAD_MS = 30 * DAY_MS;
/** How much a task may weigh, all its fields together. */
export const MAX_TASK_BYTES = 1024 * 1024;
/** How long a name is refused after its task is gone. Documented as "about an hour" and as "up to 4 hours". */
export const NAME_REFUSED_MS = 4 * 3_600_000;
/** The last part of a task's name. */
export const TASK_ID = /^[A-Za-z0-9_-]{1,500}$/;

/** How a queue retries: `RetryConfig` with durations in milliseconds. */
export interface RetryConfig {
  /** How often a task is attempted at all; -1 for ever. */
  readonly maxAttempts: number;
  /** A task is not given up before this long after its first attempt; 0 when attempts alone decide. */
  readonly maxRetryDurationMs: number;
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly maxDoublings: number;
}

/** What a queue has when it is created without saying. */
export const DEFAULT_RETRY_CONFIG: RetryConfig = {
  maxAttempts: 100,
  maxRetryDurationMs: 0,
  minBackoffMs: 100,
  maxBackoffMs: 3_600_000,
  maxDoublings: 16,
};

/**
 * How long a task waits after its `failures`-th failure (from 1): `minBackoffMs`, doubled `maxDoublings` times, then
 * growing by the last doubled step, never above `maxBackoffMs`.
 */
export function backoffMs(
  config: Pick<RetryConfig, 'minBackoffMs' | 'maxBackoffMs' | 'maxDoublings'>,
  failures: number,
): number {
  const doublings = Math.min(failures - 1, config.maxDoublings);
  const steps = Math.max(1, failures - config.maxDoublings);
  return Math.min(config.minBackoffMs * 2 ** doublings * steps, config.maxBackoffMs);
}

/** A task whose attempt has failed. */
export interface FailedAttempt {
  /** How often it has been attempted, this one included. */
  readonly attempts: number;
  readonly firstAttemptAt: number;
  readonly failedAt: number;
  /** How long the worker asked to be left alone. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * When to try again, or null to give up: once the attempts are used up and, where a duration is set, that has passed
 * too.
 */
export function nextAttemptAt(config: RetryConfig, failed: FailedAttempt): number | null {
  const { maxAttempts, maxRetryDurationMs } = config;
  const outOfAttempts = maxAttempts === -1 ? maxRetryDurationMs > 0 : failed.attempts >= maxAttempts;
  const outOfTime = maxRetryDurationMs === 0 || failed.failedAt - failed.firstAttemptAt >= maxRetryDurationMs;
  if (outOfAttempts && outOfTime) return null;
  return failed.failedAt + Math.max(backoffMs(config, failed.attempts), failed.retryAfterMs ?? 0);
}

/** What a `Retry-After` header asks for, in milliseconds from `now`; undefined when it asks for nothing readable. */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** The names of tasks that are gone, refused for a while. */
export class NameTombstones {
  /** When each task went; the longest gone first, for a map keeps its order. */
  readonly #goneAt: Map<string, number>;

  /** @param former what `entries` once said. */
  constructor(former: Iterable<readonly [string, number]> = []) {
    this.#goneAt = new Map(former);
  }

  bury(name: string, now: number): void {
    this.#goneAt.set(name, now);
  }

  refuses(name: string, now: number): boolean {
    for (const [old, goneAt] of this.#goneAt) {
      if (goneAt + NAME_REFUSED_MS > now) break;
      this.#goneAt.delete(old);
    }
    return this.#goneAt.has(name);
  }

  entries(): [string, number][] {
    return [...this.#goneAt];
  }
}
