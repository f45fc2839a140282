import type { Binding } from '../domain/binding.ts';
import { taskNameOf } from '../domain/identity.ts';
import { instantOf, msOf } from '../domain/interval.ts';
import type { PartOf } from '../store/collection.ts';
import type { SyncDeps } from './deps.ts';
import type { PullInput } from './pull-calendar.ts';
import type { PullFindings } from './read-changes.ts';

/** A push for a change this old should have come. */
const PUSH_IS_LATE_MS = 60_000;
const MISSES_ALLOWED = 2;
const CLOSE_WATCH_MS = 86_400_000;
const CLOSE_PULL_MS = 3 * 60_000;

type WatchDeps = Pick<SyncDeps, 'documents' | 'store' | 'tasks' | 'clock' | 'log'>;

/**
 * Judges the channel by what a safety pull found: a change that no push had announced is a miss, and two misses have the
 * channel replaced and the calendar pulled every three minutes for a day. A change that bears no time, as deletions do,
 * is judged at the next safety pull: a push has told of it by then or never will.
 */
export async function watchClosely(
  { tenantId, trigger }: PullInput,
  binding: Binding,
  findings: PullFindings,
  deps: WatchDeps,
): Promise<void> {
  const change = (part: PartOf<Binding>) =>
    deps.documents.commit([deps.store.bindings.update(tenantId, binding.id, part)]);
  if (trigger === 'push' && binding.unannouncedAt !== undefined) await change({ unannouncedAt: undefined });
  if (trigger !== 'safety') return;
  const now = deps.clock.now();
  const since = [findings.earliestChangeAt, binding.unannouncedAt].filter((at) => at !== undefined);
  const missed = since.some((at) => now - msOf(at) > PUSH_IS_LATE_MS);
  const { marks, blocks, full, earliestChangeAt } = findings;
  const isNews = marks.size > 0 || (!full && blocks !== undefined && blocks.seen.length > 0);
  const untimed = isNews && earliestChangeAt === undefined;
  let { missedPushes, closeWatchUntil } = binding;
  if (missed) {
    missedPushes++;
    deps.log.warn('push.missed', { tenantId, bindingId: binding.id, count: missedPushes });
    if (missedPushes >= MISSES_ALLOWED) {
      [missedPushes, closeWatchUntil] = [0, instantOf(now + CLOSE_WATCH_MS)];
      await deps.tasks.enqueue({ queue: 'renew-channel', payload: { tenantId, bindingId: binding.id } });
    }
  }
  if (missed || untimed) {
    await change({ missedPushes, closeWatchUntil, unannouncedAt: untimed ? instantOf(now) : undefined });
  }
  if (closeWatchUntil !== undefined && msOf(closeWatchUntil) > now) await pullSoon(tenantId, binding, deps);
}

async function pullSoon(tenantId: string, binding: Binding, deps: WatchDeps): Promise<void> {
  const runAt = deps.clock.now() + CLOSE_PULL_MS;
  await deps.tasks.enqueue({
    queue: 'pull-calendar',
    name: taskNameOf('close-pull', tenantId, binding.id, Math.floor(runAt / CLOSE_PULL_MS)),
    payload: { tenantId, bindingId: binding.id, trigger: 'safety' },
    runAt,
  });
}
