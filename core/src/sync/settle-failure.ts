import { AccessRevoked, DovetailError, isTransient, PreconditionFailed } from '../domain/errors.ts';
import { mappingIdOf, taskNameOf } from '../domain/identity.ts';
import { instantOf, msOf } from '../domain/interval.ts';
import type { QueueName, TaskPayloads } from '../ports/task-queue.ts';
import type { SyncDeps } from './deps.ts';
import { keepDeadLetter } from './keep-dead-letter.ts';
import { parkBinding } from './park-binding.ts';
import { leaveEvents } from './unbind-calendar.ts';

/** A task that threw. */
export interface FailedTask<Q extends QueueName = QueueName> {
  readonly queue: Q;
  readonly payload: TaskPayloads[Q];
  readonly error: unknown;
  /** The queue gives up after this delivery. */
  readonly lastAttempt: boolean;
}

/** Rounds of exhausted retries after which a mapping is given up until a person replays it. */
const MOST_ROUNDS = 5;
const FIRST_PAUSE_MS = 15 * 60_000;
const LONGEST_PAUSE_MS = 6 * 3_600_000;
/** Up to this the queue's own backoff is about as patient. */
const LONG_WAIT_MS = 5_000;
/** No two deliveries of one task are half as long apart (see the queue settings of `functions`). */
const NEXT_DELIVERY_MS = 10 * 60_000;

/**
 * The one place that decides what a failed task becomes: `retry` (the queue delivers it again), or `done` because the
 * failure has been settled here: a binding parked, a mapping put off or parked, a dead letter kept. Only failures that
 * time or a person can heal reach either end; nothing is dropped.
 */
export async function settleFailure(task: FailedTask, deps: SyncDeps): Promise<'retry' | 'done'> {
  const { error, lastAttempt, queue, payload } = task;
  const ids = { queue, ...idsOf(payload), error };
  if (error instanceof AccessRevoked && 'bindingId' in payload) {
    const binding = await deps.store.bindings.get(deps.documents, payload.tenantId, payload.bindingId);
    if (binding?.state === 'removing') await leaveEvents(payload.tenantId, binding, error, deps);
    else if (binding) await parkBinding(payload.tenantId, binding, error, deps);
    return 'done';
  }
  const mayHeal = isTransient(error) || error instanceof PreconditionFailed || !(error instanceof DovetailError);
  const waitMs = isTransient(error) ? (error.retryAfterMs ?? 0) : 0;
  if (waitMs > LONG_WAIT_MS) {
    await deliverLater(task, waitMs, deps);
    await keepFromSweep(task, waitMs, deps);
    deps.log.warn('task.put-off', ids);
    return 'done';
  }
  if (mayHeal && !lastAttempt) {
    if (error instanceof DovetailError) deps.log.warn('task.retried', ids);
    else deps.log.error('task.failed', ids);
    await keepFromSweep(task, 0, deps);
    return 'retry';
  }
  if (mayHeal && queue === 'reconcile-event') {
    const putOff = await putOffMapping(payload as TaskPayloads['reconcile-event'], deps);
    if (putOff) return 'done';
  }
  deps.log.error('task.given-up', ids);
  await giveUp(task, deps);
  return 'done';
}

/** The other side said how long to wait: nothing is asked of it before, and the queue's own backoff does not apply. */
async function deliverLater<Q extends QueueName>(
  { queue, payload }: FailedTask<Q>,
  waitMs: number,
  deps: SyncDeps,
): Promise<void> {
  const wait = Math.min(waitMs, LONGEST_PAUSE_MS);
  const runAt = deps.clock.now() + wait;
  const label = `${queue}-later`;
  const name = taskNameOf(label, JSON.stringify(payload), Math.ceil(runAt / LONG_WAIT_MS));
  await deps.tasks.enqueue({ queue, payload, name, runAt });
}

/** The mapping's own task is going to be delivered again: a second one would double the calls to a side in trouble. */
async function keepFromSweep({ queue, payload }: FailedTask, waitMs: number, deps: SyncDeps): Promise<void> {
  if (queue !== 'reconcile-event') return;
  const { tenantId, eventId, bindingId } = payload as TaskPayloads['reconcile-event'];
  const id = mappingIdOf(eventId, bindingId);
  const mapping = await deps.store.mappings.get(deps.documents, tenantId, id);
  const from = deps.clock.now() + Math.min(waitMs, LONGEST_PAUSE_MS);
  if (mapping?.sweepAt === undefined || msOf(mapping.sweepAt) > from + NEXT_DELIVERY_MS / 2) return;
  await deps.documents.commit([
    deps.store.mappings.update(tenantId, id, { sweepAt: instantOf(from + NEXT_DELIVERY_MS) }),
  ]);
}

/** The calendar has been failing for a while: wait longer and longer. False when it was put off often enough. */
async function putOffMapping(payload: TaskPayloads['reconcile-event'], deps: SyncDeps): Promise<boolean> {
  const { tenantId, eventId, bindingId } = payload;
  const id = mappingIdOf(eventId, bindingId);
  return deps.documents.transact(async (transaction) => {
    const mapping = await deps.store.mappings.get(transaction, tenantId, id);
    if (!mapping) return true;
    const attempts = mapping.attempts + 1;
    if (attempts >= MOST_ROUNDS) return false;
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (attempts - 1), LONGEST_PAUSE_MS);
    const next = instantOf(deps.clock.now() + pause);
    transaction.write(deps.store.mappings.update(tenantId, id, { attempts, nextAttemptAt: next, sweepAt: next }));
    return true;
  });
}

async function giveUp({ queue, payload, error }: FailedTask, deps: SyncDeps): Promise<void> {
  const reason = error instanceof DovetailError ? ('reason' in error ? String(error.reason) : error.kind) : 'bug';
  const { tenantId, eventId, bindingId } = idsOf(payload);
  if (queue === 'reconcile-event' && eventId !== undefined && bindingId !== undefined) {
    const id = mappingIdOf(eventId, bindingId);
    await deps.documents.commit([
      deps.store.mappings.merge(tenantId, id, { parked: reason, sweepAt: undefined, nextAttemptAt: undefined }),
    ]);
  }
  const detail =
    error instanceof DovetailError ? `${error.message}.` : 'An unexpected fault of ours; the log has the details.';
  await keepDeadLetter(
    { tenantId, queue, payload: payload as TaskPayloads[typeof queue], reason, detail, eventId, bindingId },
    deps,
  );
}

function idsOf(payload: TaskPayloads[QueueName]): {
  readonly tenantId: string;
  readonly eventId?: string | undefined;
  readonly bindingId?: string | undefined;
  readonly bookingId?: string | undefined;
} {
  const { tenantId, eventId, bindingId, bookingId } = payload as Record<string, string | undefined>;
  return { tenantId: tenantId as string, eventId, bindingId, bookingId };
}
