import type { Binding } from '../domain/binding.ts';
import { AccessRevoked, PreconditionFailed, SyncTokenExpired } from '../domain/errors.ts';
import { instantOf, msOf } from '../domain/interval.ts';
import type { TaskPayloads } from '../ports/task-queue.ts';
import type { Versioned } from '../store/collection.ts';
import { BindingFence } from './busy-in/binding-fence.ts';
import { busyWindow, needsWholeRead } from './busy-in/busy-window.ts';
import { type BlocksCommitted, commitBlocks } from './busy-in/commit-blocks.ts';
import { releaseBlocks } from './busy-in/release-blocks.ts';
import type { SyncDeps } from './deps.ts';
import { enqueueReconciles } from './enqueue-reconciles.ts';
import { type InboundMarks, markInbound } from './mark-inbound.ts';
import { parkBinding } from './park-binding.ts';
import { type PullFindings, readChanges } from './read-changes.ts';
import { runWrite } from './record-run.ts';
import { watchClosely } from './watch-closely.ts';

/** What a pull was asked to do. */
export type PullInput = TaskPayloads['pull-calendar'] & {
  /** The calendar is to be read whole, whatever the sync token would tell. */
  readonly whole?: boolean;
};

/** One pull: how it began, and what it is called. */
interface Pull {
  readonly input: PullInput;
  readonly binding: Versioned<Binding>;
  readonly runId: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** Long enough for a moved event to show on the other calendar and for the rest of a bulk removal to arrive. */
const REMOVAL_GRACE_MS = 3_000;
/** An unchanged sync token is written again this often, so that it cannot grow old unused. */
const TOKEN_REFRESH_MS = 86_400_000;

/**
 * Reads what changed on a bound calendar, takes its own events into the ledger where they block the resource, marks the
 * mappings concerned as `inbound`, and only then stores the sync token. It writes nothing back: reconcile-event does, one
 * task for each mark, so that one bad event blocks nobody.
 *
 * A calendar on which we may no longer write is parked before a single item is believed. An expired sync token leads to
 * a full read with the same result. Many removals at once are held for staff.
 *
 * @throws RateLimited, TemporarilyUnavailable; PreconditionFailed when another pull got ahead of this one.
 */
export async function pullCalendar(input: PullInput, deps: SyncDeps): Promise<void> {
  const { tenantId, bindingId, trigger, channelId } = input;
  const found = await readBinding(input, deps);
  const binding = found?.value ?? null;
  if (trigger === 'push' && !isKnownChannel(binding, channelId)) {
    deps.log.warn('push.retired-channel', { tenantId, bindingId, calendarId: binding?.calendarId, channelId });
    return;
  }
  if (!found || !binding || binding.state === 'removing') return;
  if (binding.state === 'paused' || (binding.state === 'needs-access' && trigger === 'push')) return;
  const pull: Pull = { input, binding: found, runId: deps.newId(), startedAt: deps.clock.now() };
  let findings: PullFindings;
  try {
    findings = await readWithFallback(pull, deps);
  } catch (error) {
    if (error instanceof AccessRevoked) return parkBinding(tenantId, binding, error, deps);
    throw error;
  }
  if (binding.state === 'needs-access') return regainAccess(tenantId, binding, deps);
  const blocks = findings.blocks && (await commitBlocks({ ...pull, tenantId, findings: findings.blocks }, deps));
  const marks = await markInbound(tenantId, binding, findings, deps);
  const isStored = await storeToken(pull, findings, blocks?.pullCount ?? binding.pullCount, deps);
  await enqueueReconciles(tenantId, marks.edited, deps);
  await enqueueReconciles(tenantId, marks.vanished, deps, deps.clock.now() + REMOVAL_GRACE_MS);
  await recordPull(pull, findings, marks, blocks, deps);
  await watchClosely(input, binding, findings, deps);
  // Whoever got ahead may have read earlier than we did, and seen older blocks.
  if (!isStored && blocks) throw new PreconditionFailed('the calendar was read by somebody else meanwhile');
}

/** The binding, without blocks if its calendar is not to lead to any more: those end whatever state it is in. */
async function readBinding({ tenantId, bindingId }: PullInput, deps: SyncDeps): Promise<Versioned<Binding> | null> {
  const { store, documents } = deps;
  const found = await store.bindings.getVersioned(documents, tenantId, bindingId);
  if (!found || found.value.busyIn || found.value.busyUntil === undefined || found.value.state === 'removing')
    return found;
  const fence = new BindingFence(tenantId, found);
  const count = await releaseBlocks({ tenantId, binding: found.value, reason: 'busy-in-off', fence }, deps);
  return count === 0 ? found : store.bindings.getVersioned(documents, tenantId, bindingId);
}

/**
 * The calendar is ours to write again: bind it anew, which looks at every event. It is read whole, because what we did
 * while it was hidden from us, such as a removal answered with "not found", may not have been done.
 */
async function regainAccess(tenantId: string, binding: Binding, deps: SyncDeps): Promise<void> {
  const updatedAt = instantOf(deps.clock.now());
  await deps.documents.commit([
    deps.store.bindings.update(tenantId, binding.id, {
      ...{ state: 'active', stateReason: undefined, syncToken: undefined },
      ...{ backFillDueSince: updatedAt, updatedAt },
    }),
  ]);
  await deps.tasks.enqueue({ queue: 'bind-calendar', payload: { tenantId, bindingId: binding.id } });
  deps.log.info('binding.access-regained', { tenantId, bindingId: binding.id, calendarId: binding.calendarId });
}

/** True when a push may have come from this channel: the present one, or the one it is replacing. */
function isKnownChannel(binding: Binding | null, channelId: string | undefined): boolean {
  return channelId !== undefined && [binding?.channel?.id, binding?.retiringChannel?.id].includes(channelId);
}

async function readWithFallback({ input, binding: { value }, startedAt }: Pull, deps: SyncDeps): Promise<PullFindings> {
  const { tenantId } = input;
  const binding = value;
  const isWhole = input.whole || needsWholeRead(binding, startedAt);
  try {
    return await readChanges(tenantId, binding, isWhole ? undefined : binding.syncToken, deps);
  } catch (error) {
    if (!(error instanceof SyncTokenExpired)) throw error;
    deps.log.warn('pull.sync-token-expired', { tenantId, bindingId: binding.id });
    return readChanges(tenantId, binding, undefined, deps);
  }
}

/**
 * Stores the token if nobody stored another, or committed blocks, since; answers whether. An incremental read that found
 * nothing writes nothing.
 */
async function storeToken(
  { input: { tenantId, trigger }, binding: { value: binding }, startedAt }: Pull,
  findings: PullFindings,
  pullCount: number,
  deps: SyncDeps,
): Promise<boolean> {
  const fresh = binding.lastPullAt !== undefined && startedAt - msOf(binding.lastPullAt) < TOKEN_REFRESH_MS;
  if (findings.seen === 0 && !findings.full && fresh) return true;
  const lastPullAt = instantOf(startedAt);
  return deps.documents.transact(async (transaction) => {
    const current = await deps.store.bindings.get(transaction, tenantId, binding.id);
    if (current?.syncToken !== binding.syncToken || current?.pullCount !== pullCount) return false;
    transaction.write(
      deps.store.bindings.update(tenantId, binding.id, {
        syncToken: findings.nextSyncToken,
        pullCount: current.pullCount + 1,
        lastPullAt,
        ...(findings.full && { busyUntil: findings.blocks && busyWindow(startedAt).until }),
        ...(trigger === 'push' && { lastPushAt: lastPullAt }),
      }),
    );
    return true;
  });
}

/** Only a pull that found something, or was told to, leaves a run. */
async function recordPull(
  { input, binding: { value: binding }, runId, startedAt }: Pull,
  findings: PullFindings,
  { edited, vanished, hold }: InboundMarks,
  blocks: BlocksCommitted | undefined,
  deps: SyncDeps,
): Promise<void> {
  const held = hold !== 'none' || (blocks?.held ?? 0) > 0;
  const changes = [...findings.changes, ...(blocks?.changes ?? [])];
  const warnings = [...findings.warnings, ...(findings.blocks?.warnings ?? []), ...(blocks?.warnings ?? [])];
  const isNews = changes.length > 0 || warnings.length > 0 || (findings.full && !input.whole);
  if (!isNews) return;
  const expired =
    findings.full && binding.syncToken !== undefined && !input.whole && !needsWholeRead(binding, startedAt);
  const report = {
    tenantId: input.tenantId,
    flow: 'pull-calendar',
    trigger: input.trigger,
    status: held ? 'held' : 'success',
    resourceId: binding.resourceId,
    bindingId: binding.id,
    startedAt,
    counts: {
      seen: findings.seen,
      added: blocks?.counts.added ?? 0,
      changed: edited.length + (blocks?.counts.changed ?? 0),
      missing: vanished.length + (blocks?.held ?? 0),
      released: blocks?.counts.released ?? 0,
      conflicts: blocks?.conflicts ?? 0,
    },
    changes,
    warnings: [
      ...warnings,
      ...(expired ? ['the sync token had expired; the whole calendar was read'] : []),
      ...(held ? ['many events vanished at once; what they held waits for staff to accept or restore them'] : []),
    ],
  } as const;
  await deps.documents.commit([runWrite(runId, report, deps)]);
}
