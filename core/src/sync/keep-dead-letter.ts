import { AlreadyExists, NotFound } from '../domain/errors.ts';
import { digest } from '../domain/identity.ts';
import { instantOf } from '../domain/interval.ts';
import type { DeadLetter } from '../domain/run.ts';
import type { QueueName, TaskPayloads } from '../ports/task-queue.ts';
import type { SyncDeps } from './deps.ts';

type LetterDeps = Pick<SyncDeps, 'documents' | 'store' | 'clock' | 'log'>;

/**
 * Keeps work that failed for good where staff can see and replay it, and alerts them. The same work failing for the
 * same reason again is the same letter: nobody is told twice.
 */
export async function keepDeadLetter<Q extends QueueName>(
  letter: {
    readonly tenantId: string;
    readonly queue: Q;
    readonly payload: TaskPayloads[Q];
    readonly reason: string;
    readonly detail: string;
    readonly eventId?: string | undefined;
    readonly bindingId?: string | undefined;
  },
  deps: LetterDeps,
): Promise<DeadLetter> {
  const { tenantId, queue, payload, reason, detail, eventId, bindingId } = letter;
  const kept: DeadLetter = {
    id: digest('dead-letter', tenantId, queue, subjectOf(payload), reason).slice(0, 20),
    queue,
    payload,
    reason,
    detail,
    createdAt: instantOf(deps.clock.now()),
    ...(eventId !== undefined && { eventId }),
    ...(bindingId !== undefined && { bindingId }),
  };
  const fields = { tenantId, queue, reason, eventId, bindingId };
  try {
    await deps.documents.commit([deps.store.deadLetters.create(tenantId, kept)]);
    deps.log.alert('dead-letter.kept', fields);
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
    deps.log.info('dead-letter.known', fields);
  }
  return kept;
}

/** Enqueues a dead letter's work again and marks it as replayed. @throws NotFound. */
export async function replayDeadLetter(
  input: { readonly tenantId: string; readonly id: string },
  deps: LetterDeps & Pick<SyncDeps, 'tasks'>,
): Promise<DeadLetter> {
  const letter = await deps.store.deadLetters.get(deps.documents, input.tenantId, input.id);
  if (!letter) throw new NotFound(`no dead letter "${input.id}"`);
  if (letter.eventId !== undefined && letter.bindingId !== undefined) {
    const id = `${letter.eventId}~${letter.bindingId}`;
    await deps.documents.commit([
      deps.store.mappings.merge(input.tenantId, id, { parked: undefined, attempts: 0, nextAttemptAt: undefined }),
    ]);
  }
  await deps.tasks.enqueue({ queue: letter.queue as QueueName, payload: letter.payload as TaskPayloads[QueueName] });
  await deps.documents.commit([deps.store.deadLetters.delete(input.tenantId, letter.id)]);
  return { ...letter, replayedAt: instantOf(deps.clock.now()) };
}

/** What a task is about, without what changes from one delivery of it to the next. */
function subjectOf(payload: object): string {
  const { sealedBooking: _, webhookId: __, ...subject } = payload as Record<string, unknown>;
  return JSON.stringify(Object.entries(subject).sort(([a], [b]) => (a < b ? -1 : 1)));
}
