import { type BookingOrder, isNewer } from '../domain/booking.ts';
import { NotFound } from '../domain/errors.ts';
import { digest, mappingIdOf } from '../domain/identity.ts';
import { instantOf } from '../domain/interval.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { DeadLetter } from '../domain/run.ts';
import type { Transaction } from '../ports/document-store.ts';
import type { QueueName, TaskPayloads } from '../ports/task-queue.ts';
import type { SyncDeps } from './deps.ts';
import { workOf } from './put-off-task.ts';

type LetterDeps = Pick<SyncDeps, 'documents' | 'store' | 'clock' | 'log'>;

/** Work to be kept. */
interface FailedWork<Q extends QueueName> {
  readonly tenantId: string;
  readonly queue: Q;
  readonly payload: TaskPayloads[Q];
  readonly reason: string;
  readonly detail: string;
  /** With a binding: the mapping that is parked until the letter is replayed. */
  readonly eventId?: string | undefined;
  readonly bindingId?: string | undefined;
  /** Where the booking in the payload stands among its states. */
  readonly order?: BookingOrder | undefined;
}

/**
 * Keeps work that failed for good where staff can see and replay it, and alerts them. The same work failing for the
 * same reason again is the same letter, about which nobody is told twice: it then says what failed last, unless that was
 * an earlier state of the booking it carries. The mapping whose work it was is parked with it, if it still stands.
 */
export async function keepDeadLetter<Q extends QueueName>(work: FailedWork<Q>, deps: LetterDeps): Promise<DeadLetter> {
  const { tenantId, queue, reason, eventId, bindingId } = work;
  const failed = letterOf(work, instantOf(deps.clock.now()));
  const { letter, isNews } = await deps.documents.transact(async (transaction) => {
    const known = await deps.store.deadLetters.get(transaction, tenantId, failed.id);
    const mapping = await mappingOf(tenantId, failed, transaction, deps);
    if (mapping) {
      const parked = { parked: reason, sweepAt: undefined, nextAttemptAt: undefined };
      transaction.write(deps.store.mappings.update(tenantId, mapping.id, parked));
    }
    if (known && isNewer(known.order ?? {}, failed.order ?? {})) return { letter: known, isNews: false };
    const kept = known ? { ...failed, createdAt: known.createdAt } : failed;
    transaction.write(deps.store.deadLetters.set(tenantId, kept));
    return { letter: kept, isNews: !known };
  });
  const fields = { tenantId, queue, reason, eventId, bindingId };
  if (isNews) deps.log.alert('dead-letter.kept', fields);
  else deps.log.info('dead-letter.known', fields);
  return letter;
}

/**
 * Enqueues a dead letter's work again, its mapping free to be driven, and puts the letter away. One whose work has
 * failed again by then stays.
 * @throws NotFound.
 */
export async function replayDeadLetter(
  input: { readonly tenantId: string; readonly id: string },
  deps: LetterDeps & Pick<SyncDeps, 'tasks'>,
): Promise<DeadLetter> {
  const { tenantId, id } = input;
  const { value: letter, updateTime } = await deps.documents.transact(async (transaction) => {
    const found = await deps.store.deadLetters.getVersioned(transaction, tenantId, id);
    if (!found) throw new NotFound(`no dead letter "${id}"`);
    const mapping = await mappingOf(tenantId, found.value, transaction, deps);
    if (mapping) {
      const freed = { parked: undefined, attempts: 0, nextAttemptAt: undefined };
      transaction.write(deps.store.mappings.update(tenantId, mapping.id, freed));
    }
    return found;
  });
  await deps.tasks.enqueue({ queue: letter.queue as QueueName, payload: letter.payload as TaskPayloads[QueueName] });
  await deps.documents.transact(async (transaction) => {
    const current = await deps.store.deadLetters.getVersioned(transaction, tenantId, id);
    if (current?.updateTime === updateTime) transaction.write(deps.store.deadLetters.delete(tenantId, id));
  });
  return { ...letter, replayedAt: instantOf(deps.clock.now()) };
}

function letterOf<Q extends QueueName>(work: FailedWork<Q>, createdAt: string): DeadLetter {
  const { tenantId, queue, reason, detail, eventId, bindingId, order } = work;
  const payload = workOf(work.payload);
  return {
    id: digest('dead-letter', tenantId, queue, subjectOf(payload), reason).slice(0, 20),
    queue,
    payload,
    reason,
    detail,
    createdAt,
    ...(eventId !== undefined && { eventId }),
    ...(bindingId !== undefined && { bindingId }),
    ...(order && { order }),
  };
}

/** The mapping a letter is about. */
function mappingOf(
  tenantId: string,
  { eventId, bindingId }: DeadLetter,
  transaction: Transaction,
  { store }: LetterDeps,
): Promise<Mapping | null> {
  if (eventId === undefined || bindingId === undefined) return Promise.resolve(null);
  return store.mappings.get(transaction, tenantId, mappingIdOf(eventId, bindingId));
}

/** What a task is about, without what changes from one delivery of it to the next. */
function subjectOf(payload: object): string {
  const { sealedBooking: _, webhookId: __, ...subject } = payload as Record<string, unknown>;
  return JSON.stringify(Object.entries(subject).sort(([a], [b]) => (a < b ? -1 : 1)));
}
