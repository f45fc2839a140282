import { instantOf, msOf } from '../domain/interval.ts';
import type { Transaction, Write } from '../ports/document-store.ts';
import type { Task } from '../ports/task-queue.ts';
import type { SyncDeps } from './deps.ts';

/** How long a mark waits for its own task before the sweep takes it up. */
const SWEEP_AFTER_MS = 2 * 60_000;
/** So many marks of a kind are taken up by one sweep. */
export const MOST_SWEPT = 200;

/**
 * A document marked with the instant at which the sweep should have something done about it, should the task for that be
 * lost. The mark is written with what makes the work necessary, so a crash before the task is enqueued loses nothing.
 */
export interface MarkedDocument {
  readonly task: Task;
  /** As it was written, or found. */
  readonly mark: string;
  readonly readMark: (transaction: Transaction) => Promise<string | undefined>;
  readonly unmark: Write;
}

/**
 * The mark to write on a document that has the mark `known`, if any. It is later than that one, so that whoever wrote that
 * does not take this one for it.
 */
export function nextMark(known: string | undefined, now: number): string {
  const at = now + SWEEP_AFTER_MS;
  return instantOf(known === undefined ? at : Math.max(at, msOf(known) + 1000));
}

/** Enqueues the task of each marked document, after the commit that marked it, then takes the mark away. */
export async function enqueueMarked(
  marked: readonly MarkedDocument[],
  { documents, tasks }: Pick<SyncDeps, 'documents' | 'tasks'>,
): Promise<void> {
  for (const { task, mark, readMark, unmark } of marked) {
    await tasks.enqueue(task);
    await documents.transact(async (transaction) => {
      if ((await readMark(transaction)) === mark) transaction.write(unmark);
    });
  }
}
