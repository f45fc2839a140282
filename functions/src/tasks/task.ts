import { InvalidInput, RateLimited } from '@dovetail/core/domain/errors.ts';
import type { QueueName, TaskPayloads } from '@dovetail/core/ports/task-queue.ts';
import type { SyncDeps } from '@dovetail/core/sync/deps.ts';
import { settleFailure } from '@dovetail/core/sync/settle-failure.ts';
import { HttpsError } from 'firebase-functions/v2/https';
import { onTaskDispatched, type TaskQueueFunction } from 'firebase-functions/v2/tasks';
import { z } from 'zod';
import { INSTANCE, QUEUES } from '../queue-settings.ts';

/** What one queue's worker does: check the payload, call one flow. */
export interface TaskDefinition<Q extends QueueName> {
  readonly queue: Q;
  readonly payload: z.ZodType<TaskPayloads[Q]>;
  readonly run: (payload: TaskPayloads[Q], deps: SyncDeps) => Promise<unknown>;
}

/** What the payload of every queue may say beside its own. */
const waiting = z.object({ waitingSince: z.iso.datetime().optional() });

/**
 * The Cloud Function of a queue. A flow that returns is done, and leaves a line that says so; one that throws is settled
 * in one place, which says whether the queue should deliver again: 429 when a quota is short (the whole queue slows
 * down), otherwise 500.
 */
export function defineWorker<Q extends QueueName>(
  task: TaskDefinition<Q>,
  deps: () => Promise<SyncDeps>,
): TaskQueueFunction<unknown> {
  const { timeoutSeconds, maxConcurrentDispatches, maxDispatchesPerSecond, ...retryConfig } = QUEUES[task.queue];
  return onTaskDispatched<unknown>(
    {
      retryConfig,
      rateLimits: { maxConcurrentDispatches, maxDispatchesPerSecond },
      timeoutSeconds,
      ...INSTANCE,
      invoker: 'private',
    },
    async ({ data, retryCount = 0 }) => {
      const wired = await deps();
      const parsed = task.payload.and(waiting).safeParse(data);
      if (!parsed.success) {
        wired.log.error('task.unreadable', {
          queue: task.queue,
          error: new InvalidInput('the task payload is malformed'),
        });
        return;
      }
      const lastAttempt = retryCount + 1 >= retryConfig.maxAttempts;
      await runTask(task, parsed.data as TaskPayloads[Q], lastAttempt, wired);
    },
  );
}

async function runTask<Q extends QueueName>(
  task: TaskDefinition<Q>,
  payload: TaskPayloads[Q],
  lastAttempt: boolean,
  deps: SyncDeps,
): Promise<void> {
  const { queue } = task;
  const startedAt = deps.clock.now();
  try {
    await task.run(payload, deps);
    deps.log.info('task.done', { queue, durationMs: deps.clock.now() - startedAt });
  } catch (error) {
    const verdict = await settleFailure({ queue, payload, error, lastAttempt }, deps);
    if (verdict === 'done') return;
    throw error instanceof RateLimited
      ? new HttpsError('resource-exhausted', 'a quota is short; deliver later')
      : new HttpsError('internal', 'deliver again');
  }
}
