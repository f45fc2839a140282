import type { Binding } from '../domain/binding.ts';
import { taskNameOf } from '../domain/identity.ts';
import { instantOf, msOf } from '../domain/interval.ts';
import type { SyncDeps } from './deps.ts';
import type { PullInput } from './pull-calendar.ts';
import type { PullFindings } from './read-changes.ts';

/** A push for a change this old should have come. */
const PUSH_IS_LATE_MS = 60_000;
const MISSES_ALLOWED = 2;
const CLOSE_WATCH_MS = 86_400_000;
const CLOSE_PULL_MS = 3 * 60_000;

/**
 * Judges the channel by what a safety pull found: a change that no push had announced is a miss, and two misses have the
 * channel replaced and the calendar pulled every three minutes for a day.
 */
export async function watchClosely(
  input: PullInput,
  binding: Binding,
  findings: PullFindings,
  deps: Pick<SyncDeps, 'documents' | 'store' | 'tasks' | 'clock' | 'log'>,
): Promise<void> {
  const { tenantId } = input;
  if (input.trigger !== 'safety') return;
  const now = deps.clock.now();
  const edit = findings.oldestEditAt;
  const missed = edit !== undefined && now - msOf(edit) > PUSH_IS_LATE_MS;
  const misses = binding.missedPushes + (missed ? 1 : 0);
  let watchUntil = binding.closeWatchUntil;
  if (missed) {
    deps.log.warn('push.missed', { tenantId, bindingId: binding.id, count: misses });
    const replace = misses >= MISSES_ALLOWED;
    if (replace) watchUntil = instantOf(now + CLOSE_WATCH_MS);
    await deps.documents.commit([
      deps.store.bindings.update(tenantId, binding.id, {
        missedPushes: replace ? 0 : misses,
        closeWatchUntil: watchUntil,
      }),
    ]);
    if (replace) await deps.tasks.enqueue({ queue: 'renew-channel', payload: { tenantId, bindingId: binding.id } });
  }
  if (watchUntil === undefined || msOf(watchUntil) <= now) return;
  const runAt = now + CLOSE_PULL_MS;
  await deps.tasks.enqueue({
    queue: 'pull-calendar',
    name: taskNameOf('close-pull', tenantId, binding.id, Math.floor(runAt / CLOSE_PULL_MS)),
    payload: { tenantId, bindingId: binding.id, trigger: 'safety' },
    runAt,
  });
}
