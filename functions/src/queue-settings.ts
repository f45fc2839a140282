import type { QueueName } from '@dovetail/core/ports/task-queue.ts';

/** How a queue delivers: the field names are Cloud Functions' own (`retryConfig`, `rateLimits`). */
export interface QueueSettings {
  /** Deliveries of one task, the first included. The last one settles the failure instead of asking for another. */
  readonly maxAttempts: number;
  readonly minBackoffSeconds: number;
  readonly maxBackoffSeconds: number;
  readonly maxDoublings: number;
  readonly maxConcurrentDispatches: number;
  readonly maxDispatchesPerSecond: number;
  /** How long one delivery may take. */
  readonly timeoutSeconds: number;
}

/**
 * What one instance of a function is given, and how many requests it serves at once: the platform's default of 1 would
 * waste nearly all of it.
 */
export const INSTANCE = { concurrency: 40, cpu: 1, memory: '512MiB' } as const;

/** 1, 2, 4 … 256 s, about eight minutes in all: longer than most outages of a calendar, shorter than a shift. */
const PATIENT = { maxAttempts: 10, minBackoffSeconds: 1, maxBackoffSeconds: 300, maxDoublings: 8 };

/**
 * Every queue, stated in full because the defaults (three attempts, 500 dispatches a second) fit none of them. Google
 * allows 600 requests a minute and user (provider docs, quota), which is what bounds the calendar queues.
 */
export const QUEUES: Readonly<Record<QueueName, QueueSettings>> = {
  'accept-booking': { ...PATIENT, maxConcurrentDispatches: 80, maxDispatchesPerSecond: 200, timeoutSeconds: 60 },
  'reconcile-event': { ...PATIENT, maxConcurrentDispatches: 80, maxDispatchesPerSecond: 200, timeoutSeconds: 120 },
  'pull-calendar': { ...PATIENT, maxConcurrentDispatches: 40, maxDispatchesPerSecond: 100, timeoutSeconds: 300 },
  'bind-calendar': { ...PATIENT, maxConcurrentDispatches: 10, maxDispatchesPerSecond: 5, timeoutSeconds: 900 },
  'renew-channel': { ...PATIENT, maxConcurrentDispatches: 10, maxDispatchesPerSecond: 10, timeoutSeconds: 300 },
  'audit-calendar': { ...PATIENT, maxConcurrentDispatches: 5, maxDispatchesPerSecond: 5, timeoutSeconds: 900 },
  'poll-bookings': { ...PATIENT, maxConcurrentDispatches: 10, maxDispatchesPerSecond: 10, timeoutSeconds: 600 },
  'audit-bookings': { ...PATIENT, maxConcurrentDispatches: 5, maxDispatchesPerSecond: 5, timeoutSeconds: 900 },
  'extend-pages': { ...PATIENT, maxConcurrentDispatches: 10, maxDispatchesPerSecond: 10, timeoutSeconds: 300 },
  rederive: { ...PATIENT, maxConcurrentDispatches: 5, maxDispatchesPerSecond: 5, timeoutSeconds: 900 },
  'apply-settings': { ...PATIENT, maxConcurrentDispatches: 5, maxDispatchesPerSecond: 5, timeoutSeconds: 900 },
  'commit-import': { ...PATIENT, maxConcurrentDispatches: 5, maxDispatchesPerSecond: 5, timeoutSeconds: 900 },
  'extend-import': { ...PATIENT, maxConcurrentDispatches: 5, maxDispatchesPerSecond: 5, timeoutSeconds: 300 },
  'revert-run': { ...PATIENT, maxConcurrentDispatches: 5, maxDispatchesPerSecond: 5, timeoutSeconds: 900 },
  'notify-webhooks': { ...PATIENT, maxConcurrentDispatches: 20, maxDispatchesPerSecond: 100, timeoutSeconds: 120 },
  'deliver-webhook': { ...PATIENT, maxConcurrentDispatches: 80, maxDispatchesPerSecond: 100, timeoutSeconds: 60 },
  'spread-subscriptions': { ...PATIENT, maxConcurrentDispatches: 5, maxDispatchesPerSecond: 5, timeoutSeconds: 300 },
  'sync-feed': { ...PATIENT, maxConcurrentDispatches: 20, maxDispatchesPerSecond: 20, timeoutSeconds: 300 },
};
