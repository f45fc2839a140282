import { taskNameOf } from '../domain/identity.ts';
import { instantOf, msOf } from '../domain/interval.ts';
import type { QueueName, TaskPayloads } from '../ports/task-queue.ts';
import type { SyncDeps } from './deps.ts';

/** However long a wait the other side names, the work is tried again after this. */
export const LONGEST_PAUSE_MS = 6 * 3_600_000;

/** Put-offs of one task that fall into one of these are one. */
const NAME_STEP_MS = 5_000;
const MOST_WAITING_MS = 24 * 3_600_000;

/**
 * Has a task delivered again no sooner than `waitMs` from now, because the other side said how long to wait: nothing is
 * asked of it before, and the queue's own backoff does not apply. The new task says since when its work has waited.
 */
export async function putOffTask<Q extends QueueName>(
  queue: Q,
  payload: TaskPayloads[Q],
  waitMs: number,
  deps: Pick<SyncDeps, 'tasks' | 'clock'>,
): Promise<void> {
  const now = deps.clock.now();
  const runAt = now + Math.min(waitMs, LONGEST_PAUSE_MS);
  // Named after the work alone: one that has waited before is the same as one that has not.
  const name = taskNameOf(`${queue}-later`, JSON.stringify(workOf(payload)), Math.ceil(runAt / NAME_STEP_MS));
  await deps.tasks.enqueue({
    queue,
    payload: { ...payload, waitingSince: payload.waitingSince ?? instantOf(now) },
    name,
    runAt,
  });
}

/** True when a task's work has been put off for a whole day at `now` (milliseconds since 1970). */
export function hasWaitedLong({ waitingSince }: TaskPayloads[QueueName], now: number): boolean {
  return waitingSince !== undefined && now - msOf(waitingSince) >= MOST_WAITING_MS;
}

/** What a task is to do, without how long it has waited for that. */
export function workOf<P extends TaskPayloads[QueueName]>(payload: P): Omit<P, 'waitingSince'> {
  const { waitingSince: _, ...work } = payload;
  return work;
}
