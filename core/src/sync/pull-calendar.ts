import type { Binding } from '../domain/binding.ts';
import { AccessRevoked, SyncTokenExpired } from '../domain/errors.ts';
import { instantOf, msOf } from '../domain/interval.ts';
import type { TaskPayloads } from '../ports/task-queue.ts';
import type { SyncDeps } from './deps.ts';
import { enqueueReconciles } from './enqueue-reconciles.ts';
import { type InboundMarks, markInbound } from './mark-inbound.ts';
import { parkBinding } from './park-binding.ts';
import { type PullFindings, readChanges } from './read-changes.ts';
import { recordRun } from './record-run.ts';
import { watchClosely } from './watch-closely.ts';

/** What a pull was asked to do. */
export type PullInput = TaskPayloads['pull-calendar'];

/** Long enough for a moved event to show on the other calendar and for the rest of a bulk removal to arrive. */
const REMOVAL_GRACE_MS = 3_000;
/** An unchanged sync token is written again this often, so that it cannot grow old unused. */
const TOKEN_REFRESH_MS = 86_400_000;

/**
 * Reads what changed on a bound calendar, marks the mappings concerned as `inbound`, and only then stores the sync
 * token. It writes nothing back: reconcile-event does, one task for each mark, so that one bad event blocks nobody.
 *
 * A calendar on which we may no longer write is parked before a single item is believed. An expired sync token leads to
 * a full read with the same result. Many removals at once are held for staff.
 *
 * @throws RateLimited, TemporarilyUnavailable.
 */
export async function pullCalendar(input: PullInput, deps: SyncDeps): Promise<void> {
  const { tenantId, bindingId, trigger, channelId } = input;
  const binding = await deps.store.bindings.get(deps.documents, tenantId, bindingId);
  if (trigger === 'push' && !isKnownChannel(binding, channelId)) {
    deps.log.warn('push.retired-channel', { tenantId, bindingId, calendarId: binding?.calendarId, channelId });
    return;
  }
  if (!binding || binding.state === 'paused' || binding.state === 'removing') return;
  if (binding.state === 'needs-access' && trigger === 'push') return;
  const startedAt = deps.clock.now();
  let findings: PullFindings;
  try {
    findings = await readWithFallback(tenantId, binding, deps);
  } catch (error) {
    if (error instanceof AccessRevoked) return parkBinding(tenantId, binding, error, deps);
    throw error;
  }
  if (binding.state === 'needs-access') return regainAccess(tenantId, binding, deps);
  const marks = await markInbound(tenantId, binding, findings, deps);
  await storeToken(input, binding, findings, startedAt, deps);
  await enqueueReconciles(tenantId, marks.edited, deps);
  await enqueueReconciles(tenantId, marks.vanished, deps, deps.clock.now() + REMOVAL_GRACE_MS);
  await recordPull(input, binding, findings, marks, startedAt, deps);
  await watchClosely(input, binding, findings, deps);
}

/**
 * The calendar is ours to write again: bind it anew, which looks at every event. It is read whole, because what we did
 * while it was hidden from us, such as a removal answered with "not found", may not have been done.
 */
async function regainAccess(tenantId: string, binding: Binding, deps: SyncDeps): Promise<void> {
  await deps.documents.commit([
    deps.store.bindings.update(tenantId, binding.id, {
      state: 'active',
      stateReason: undefined,
      syncToken: undefined,
      updatedAt: instantOf(deps.clock.now()),
    }),
  ]);
  await deps.tasks.enqueue({ queue: 'bind-calendar', payload: { tenantId, bindingId: binding.id } });
  deps.log.info('binding.access-regained', { tenantId, bindingId: binding.id, calendarId: binding.calendarId });
}

/** True when a push may have come from this channel: the present one, or the one it is replacing. */
function isKnownChannel(binding: Binding | null, channelId: string | undefined): boolean {
  return channelId !== undefined && [binding?.channel?.id, binding?.retiringChannel?.id].includes(channelId);
}

async function readWithFallback(tenantId: string, binding: Binding, deps: SyncDeps): Promise<PullFindings> {
  try {
    return await readChanges(tenantId, binding, binding.syncToken, deps);
  } catch (error) {
    if (!(error instanceof SyncTokenExpired)) throw error;
    deps.log.warn('pull.sync-token-expired', { tenantId, bindingId: binding.id });
    return readChanges(tenantId, binding, undefined, deps);
  }
}

/** Stores the token if nobody stored another since. An incremental read that found nothing writes nothing. */
async function storeToken(
  { tenantId, trigger }: PullInput,
  binding: Binding,
  findings: PullFindings,
  startedAt: number,
  deps: SyncDeps,
): Promise<void> {
  const fresh = binding.lastPullAt !== undefined && startedAt - msOf(binding.lastPullAt) < TOKEN_REFRESH_MS;
  if (findings.seen === 0 && !findings.full && fresh) return;
  const lastPullAt = instantOf(startedAt);
  await deps.documents.transact(async (transaction) => {
    const current = await deps.store.bindings.get(transaction, tenantId, binding.id);
    if (current?.syncToken !== binding.syncToken || current?.pullCount !== binding.pullCount) return;
    transaction.write(
      deps.store.bindings.update(tenantId, binding.id, {
        syncToken: findings.nextSyncToken,
        pullCount: current.pullCount + 1,
        lastPullAt,
        ...(trigger === 'push' && { lastPushAt: lastPullAt }),
      }),
    );
  });
}

/** Only a pull that found something, or was told to, leaves a run. */
async function recordPull(
  input: PullInput,
  binding: Binding,
  findings: PullFindings,
  { edited, vanished, hold }: InboundMarks,
  startedAt: number,
  deps: SyncDeps,
): Promise<void> {
  const held = hold !== 'none';
  const isNews = findings.changes.length > 0 || findings.warnings.length > 0 || findings.full;
  if (!isNews) return;
  await recordRun(
    {
      tenantId: input.tenantId,
      flow: 'pull-calendar',
      trigger: input.trigger,
      status: held ? 'held' : 'success',
      resourceId: binding.resourceId,
      bindingId: binding.id,
      startedAt,
      counts: {
        seen: findings.seen,
        changed: edited.length,
        missing: vanished.length,
      },
      changes: findings.changes,
      warnings: [
        ...findings.warnings,
        ...(findings.full && binding.syncToken !== undefined
          ? ['the sync token had expired; the whole calendar was read']
          : []),
        ...(held ? ['many events vanished at once; their bookings wait for staff to accept or restore them'] : []),
      ],
    },
    deps,
  );
}
