import type { BookingOrder } from '../domain/booking.ts';
import { AccessRevoked, DovetailError, isTransient, NotFound, PreconditionFailed } from '../domain/errors.ts';
import type { QueueName, TaskPayloads } from '../ports/task-queue.ts';
import { orderOfSealedBooking } from './accept-booking.ts';
import type { SyncDeps } from './deps.ts';
import { keepDeadLetter } from './keep-dead-letter.ts';
import { parkBinding } from './park-binding.ts';
import { keepFromSweep, putOffMapping } from './put-off-mapping.ts';
import { hasWaitedLong, putOffTask } from './put-off-task.ts';
import { leaveEvents } from './unbind-calendar.ts';

/** A task that threw. */
export interface FailedTask<Q extends QueueName = QueueName> {
  readonly queue: Q;
  readonly payload: TaskPayloads[Q];
  readonly error: unknown;
  /** The queue gives up after this delivery. */
  readonly lastAttempt: boolean;
}

/**
 * Rounds of exhausted retries after which a mapping is given up until a person replays it. The twelve pauses between
 * thirteen rounds are 15 min, 30 min, 1 h, 2 h, 4 h and seven times 6 h: 49.75 h in all, which outlasts an outage of two
 * days.
 */
const MOST_ROUNDS = 13;
/** Time alone mends no fault of ours: four pauses, 3.75 h in all, are enough to deploy what does. */
const MOST_ROUNDS_OF_A_BUG = 5;
/** What a day of waiting as long as the other side says counts for: about the rounds it would have held. */
const ROUNDS_OF_A_DAY = 7;
/** Up to this the queue's own backoff is about as patient. */
const LONG_WAIT_MS = 5_000;

/** Queues whose work a schedule asks for again, within minutes or the next night, whatever became of this task. */
const SCHEDULED: ReadonlySet<QueueName> = new Set([
  'pull-calendar',
  'poll-bookings',
  'audit-bookings',
  'sync-feed',
  'audit-calendar',
  'renew-channel',
  'extend-pages',
  'extend-import',
  'notify-webhooks',
  'deliver-webhook',
]);

/**
 * The one place that decides what a failed task becomes: `retry` (the queue delivers it again), or `done` because the
 * failure has been settled here: a binding parked, a task or a mapping put off, work left to its schedule, a dead letter
 * kept. Only failures that time or a person can heal reach any of these ends; nothing is dropped but work for a calendar
 * that was unbound while it was done.
 */
export async function settleFailure(task: FailedTask, deps: SyncDeps): Promise<'retry' | 'done'> {
  const { error, queue, payload } = task;
  const ids = { queue, ...idsOf(payload), error };
  if (error instanceof AccessRevoked && 'bindingId' in payload) {
    await settleRevoked(payload.tenantId, payload.bindingId, error, deps);
    return 'done';
  }
  // Work for one calendar writes to mappings of others: those may be unbound while it is done.
  const isMissing = error instanceof NotFound && 'bindingId' in payload;
  if (isMissing && (await isUnbound(payload, deps))) {
    deps.log.info('task.moot', ids);
    return 'done';
  }
  const passes = isTransient(error) || error instanceof PreconditionFailed;
  const mayHeal = passes || isMissing || !(error instanceof DovetailError);
  const hasWaited = hasWaitedLong(payload, deps.clock.now());
  const waitMs = isTransient(error) ? (error.retryAfterMs ?? 0) : 0;
  if (waitMs > LONG_WAIT_MS && !hasWaited) {
    await putOffTask(queue, payload, waitMs, deps);
    if (isReconcile(task)) await keepFromSweep(task.payload, waitMs, deps);
    deps.log.warn('task.put-off', ids);
    return 'done';
  }
  if (mayHeal && !task.lastAttempt && !hasWaited) {
    if (error instanceof DovetailError) deps.log.warn('task.retried', ids);
    else deps.log.error('task.failed', ids);
    if (isReconcile(task)) await keepFromSweep(task.payload, 0, deps);
    return 'retry';
  }
  if (mayHeal && isReconcile(task)) {
    const count = passes && hasWaited ? ROUNDS_OF_A_DAY : 1;
    const rounds = { count, most: passes ? MOST_ROUNDS : MOST_ROUNDS_OF_A_BUG };
    if (await putOffMapping(task.payload, rounds, deps)) return 'done';
  }
  if (passes && SCHEDULED.has(queue)) {
    deps.log.alert('task.left-to-schedule', ids);
    return 'done';
  }
  deps.log.error('task.given-up', ids);
  await giveUp(task, deps);
  return 'done';
}

async function settleRevoked(tenantId: string, bindingId: string, error: AccessRevoked, deps: SyncDeps): Promise<void> {
  const binding = await deps.store.bindings.get(deps.documents, tenantId, bindingId);
  if (binding?.state === 'removing') await leaveEvents(tenantId, binding, error, deps);
  else if (binding) await parkBinding(tenantId, binding, error, deps);
}

async function isUnbound(
  { tenantId, bindingId }: { readonly tenantId: string; readonly bindingId: string },
  { documents, store }: SyncDeps,
): Promise<boolean> {
  return (await store.bindings.get(documents, tenantId, bindingId)) === null;
}

async function giveUp({ queue, payload, error }: FailedTask, deps: SyncDeps): Promise<void> {
  const reason = error instanceof DovetailError ? ('reason' in error ? String(error.reason) : error.kind) : 'bug';
  const detail =
    error instanceof DovetailError ? `${error.message}.` : 'An unexpected fault of ours; the log has the details.';
  const { tenantId, eventId, bindingId } = idsOf(payload);
  const order = orderOf(payload, deps);
  await keepDeadLetter({ tenantId, queue, payload, reason, detail, eventId, bindingId, order }, deps);
}

function orderOf(payload: TaskPayloads[QueueName], deps: SyncDeps): BookingOrder | undefined {
  return 'sealedBooking' in payload ? orderOfSealedBooking(payload, deps.sealer) : undefined;
}

function isReconcile(task: FailedTask): task is FailedTask<'reconcile-event'> {
  return task.queue === 'reconcile-event';
}

/** The ids a payload may have. */
interface TaskIds {
  readonly tenantId: string;
  readonly eventId?: string | undefined;
  readonly bindingId?: string | undefined;
  readonly systemId?: string | undefined;
  readonly bookingId?: string | undefined;
  readonly feedId?: string | undefined;
  readonly resourceId?: string | undefined;
  readonly runId?: string | undefined;
  readonly deliveryId?: string | undefined;
}

function idsOf(payload: TaskPayloads[QueueName]): TaskIds {
  const { tenantId, eventId, bindingId, systemId, bookingId, feedId, resourceId, runId, deliveryId } =
    payload as TaskIds;
  return { tenantId, eventId, bindingId, systemId, bookingId, feedId, resourceId, runId, deliveryId };
}
