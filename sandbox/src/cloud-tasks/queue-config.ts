import { DEFAULT_RETRY_CONFIG, type RetryConfig } from './delivery-rules.ts';
import type { RateLimits } from './dispatch-rate.ts';

/** A queue to simulate. What is left out is what Cloud Tasks gives a new queue. */
export interface QueueConfig {
  /** `projects/PROJECT/locations/LOCATION/queues/QUEUE`. */
  readonly name: string;
  readonly rateLimits?: Partial<RateLimits>;
  readonly retryConfig?: Partial<RetryConfig>;
}

export interface QueueSettings {
  readonly name: string;
  /** The last part of the name. */
  readonly id: string;
  readonly rateLimits: RateLimits;
  readonly retryConfig: RetryConfig;
}

const QUEUE_NAME = /^projects\/[A-Za-z0-9:.-]+\/locations\/[a-z0-9-]+\/queues\/([A-Za-z0-9-]{1,100})$/;

/** The id in a queue's full name; undefined when it is not one. */
export function queueIdOf(name: string): string | undefined {
  return QUEUE_NAME.exec(name)?.[1];
}

/** @throws RangeError when the name or a limit is one that Cloud Tasks refuses. */
export function resolveQueue(config: QueueConfig): QueueSettings {
  const id = queueIdOf(config.name);
  if (id === undefined) throw new RangeError(`Not the full name of a queue: ${config.name}`);
  const maxDispatchesPerSecond = config.rateLimits?.maxDispatchesPerSecond ?? 500;
  const rateLimits: RateLimits = {
    maxDispatchesPerSecond,
    // Google picks it from the rate; a new queue shows 100 for 500 a second.
    maxBurstSize: config.rateLimits?.maxBurstSize ?? Math.max(1, Math.ceil(maxDispatchesPerSecond / 5)),
    maxConcurrentDispatches: config.rateLimits?.maxConcurrentDispatches ?? 1_000,
  };
  const retryConfig: RetryConfig = { ...DEFAULT_RETRY_CONFIG, ...config.retryConfig };
  checkRange('maxDispatchesPerSecond', maxDispatchesPerSecond, Number.MIN_VALUE, 500);
  checkRange('maxBurstSize', rateLimits.maxBurstSize, 1, 500);
  checkRange('maxConcurrentDispatches', rateLimits.maxConcurrentDispatches, 1, 5_000);
  checkRange('maxAttempts', retryConfig.maxAttempts, -1, Number.MAX_SAFE_INTEGER);
  checkRange('minBackoffMs', retryConfig.minBackoffMs, 0, retryConfig.maxBackoffMs);
  checkRange('maxDoublings', retryConfig.maxDoublings, 0, Number.MAX_SAFE_INTEGER);
  return { name: config.name, id, rateLimits, retryConfig };
}

function checkRange(field: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) throw new RangeError(`${field} is ${value}, not from ${least} to ${most}.`);
}
