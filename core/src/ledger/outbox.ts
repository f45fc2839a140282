import { taskNameOf } from '../domain/identity.ts';
import { instantOf } from '../domain/interval.ts';
import type { Notification, OutboxEntry } from '../domain/notification.ts';
import type { Write } from '../ports/document-store.ts';
import type { CommitDeps } from './commit-changes.ts';

/** How long an entry waits for its own task before the sweep takes it up. */
const SWEEP_AFTER_MS = 2 * 60_000;

/** The entry for what happened; null when there is nothing to tell. */
export function outboxEntry(notifications: readonly Notification[], id: string, now: number): OutboxEntry | null {
  return notifications.length === 0 ? null : { id, notifications, sweepAt: instantOf(now + SWEEP_AFTER_MS) };
}

/** The write that keeps an entry in the commit that led to it. */
export function outboxWrites(
  tenantId: string,
  entry: OutboxEntry | null,
  { store }: Pick<CommitDeps, 'store'>,
): readonly Write[] {
  return entry ? [store.outbox.create(tenantId, entry)] : [];
}

/**
 * Has subscribers told, after the commit that wrote the entry. That this fails undoes nothing: the entry is there, and
 * the sweep finds it.
 */
export async function enqueueNotifications(
  tenantId: string,
  entry: OutboxEntry | null,
  { tasks, log }: Pick<CommitDeps, 'tasks' | 'log'>,
): Promise<void> {
  if (!entry) return;
  const { id: outboxId } = entry;
  try {
    const name = taskNameOf('notify', tenantId, outboxId);
    await tasks.enqueue({ queue: 'notify-webhooks', payload: { tenantId, outboxId }, name });
  } catch (error) {
    log.warn('notifications.not-enqueued', { tenantId, count: entry.notifications.length, error });
  }
}
