import type { Binding } from '../../domain/binding.ts';
import { holdsTime } from '../../domain/event.ts';
import { instantOf } from '../../domain/interval.ts';
import { prioritiesOf } from '../../domain/priorities.ts';
import { countRemovals, isBulkRemoval } from '../../domain/removal-guard.ts';
import type { RunChange } from '../../domain/run.ts';
import { commitChanges, tellOpened } from '../../ledger/commit-changes.ts';
import { commitInParts } from '../../ledger/commit-in-parts.ts';
import type { Change } from '../../ledger/ledger-view.ts';
import type { PartOf, Versioned } from '../../store/collection.ts';
import type { SyncDeps } from '../deps.ts';
import { enqueueReconciles } from '../enqueue-reconciles.ts';
import { BindingFence } from './binding-fence.ts';
import { busyWindow, isOver } from './busy-window.ts';
import { type BlockChange, type BlockParts, blockState, countDeletions, planBlocks } from './plan-blocks.ts';
import type { BusyFindings } from './read-blocks.ts';

export interface CommitBlocksInput {
  readonly tenantId: string;
  /** As it was before the calendar was read. Whoever wrote it since has read later, or was told something by staff. */
  readonly binding: Versioned<Binding>;
  readonly findings: BusyFindings;
  readonly runId: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** What became of the blocks. */
export interface BlocksCommitted {
  /** The binding's count of pulls, which each commit of blocks raised. */
  readonly pullCount: number;
  readonly changes: readonly RunChange[];
  readonly counts: { readonly added: number; readonly changed: number; readonly released: number };
  /** Deletions that wait for staff. */
  readonly held: number;
  readonly conflicts: number;
  readonly warnings: readonly string[];
}

const NOTHING: Omit<BlocksCommitted, 'pullCount'> = {
  changes: [],
  counts: { added: 0, changed: 0, released: 0 },
  held: 0,
  conflicts: 0,
  warnings: [],
};

/** What the guard of bulk removals makes of a read. */
interface Guard {
  readonly held: boolean;
  readonly begins: boolean;
  /** Events to come that led to blocks, when that matters. */
  readonly future: number;
}

/**
 * Writes what a calendar's own events mean for the ledger: at most 200 blocks in a transaction, what takes time before
 * what frees it. Each transaction holds only if nobody wrote the binding meanwhile, so of two reads at once one gives way
 * before it changed what the other did not see; only then may the sync token be stored, if it is still nobody's. Many
 * deletions at once are held for staff: the blocks stay, as missing.
 * @throws PreconditionFailed when another read got ahead, and what the ledger throws.
 */
export async function commitBlocks(input: CommitBlocksInput, deps: SyncDeps): Promise<BlocksCommitted> {
  const { tenantId, binding, findings, runId, startedAt } = input;
  if (findings.seen.length === 0) return { ...NOTHING, pullCount: binding.value.pullCount };
  const plan = planBlocks(findings.seen, findings.known, binding.value.id, startedAt);
  const guard = await guardDeletions(input, plan, deps);
  const done: { changes: Change[]; conflicts: number; warnings: string[] } = {
    changes: [],
    conflicts: 0,
    warnings: [],
  };
  const fence = new BindingFence(tenantId, binding);
  await commitInParts(plan, async (chunk) => {
    await fence.open(deps);
    const write = fence.write(guardPart(fence.binding, chunk, guard, deps.clock.now()), deps);
    const result = await commitChanges(
      {
        tenantId,
        eventIds: chunk.map(({ eventId }) => eventId),
        ...{ isPart: true, readsTenant: true },
        decide: (current, { tenant }) => {
          const priority = prioritiesOf(tenant?.priorities).manual;
          const parts: BlockParts = { binding: binding.value, priority, runId, seenAt: instantOf(startedAt) };
          return {
            events: chunk.flatMap((change) => blockState(change, current.get(change.eventId), parts, guard.held) ?? []),
            writes: [write],
          };
        },
      },
      deps,
    );
    fence.pass();
    done.changes.push(...result.changes.filter(({ after }) => after.bindingId === binding.value.id));
    done.conflicts += result.conflicts;
    done.warnings.push(...result.warnings);
    tellOpened(tenantId, result.opened, deps);
    await enqueueReconciles(tenantId, result.marked, deps);
  });
  const { id: bindingId, pullCount } = fence.binding;
  if (guard.begins) deps.log.alert('removals.held', { tenantId, bindingId, count: countDeletions(plan) });
  return { ...summaryOf(done.changes), pullCount, ...done, changes: done.changes.map(describe) };
}

async function guardDeletions(
  { tenantId, binding, startedAt }: CommitBlocksInput,
  plan: readonly BlockChange[],
  deps: SyncDeps,
): Promise<Guard> {
  const { id, removalsHeldAt, blockRemovals } = binding.value;
  const count = countDeletions(plan);
  if (removalsHeldAt !== undefined) return { held: true, begins: false, future: 0 };
  const isMany = isBulkRemoval(countRemovals(blockRemovals, count, 0, startedAt));
  if (count === 0 || !isMany) return { held: false, begins: false, future: 0 };
  const remoteIds = new Set<string | undefined>();
  const { since } = busyWindow(startedAt);
  for await (const page of deps.store.events.ofBinding(deps.documents, tenantId, id, since)) {
    for (const block of page) if (holdsTime(block) && !isOver(block, startedAt)) remoteIds.add(block.remoteId);
  }
  const begins = isBulkRemoval(countRemovals(blockRemovals, count, remoteIds.size, startedAt));
  return { held: begins, begins, future: remoteIds.size };
}

/** What a commit of blocks tells the guard: the deletions in it, and that they are held. */
function guardPart(
  { blockRemovals }: Binding,
  chunk: readonly BlockChange[],
  { begins, future }: Guard,
  now: number,
): PartOf<Binding> {
  const count = countDeletions(chunk);
  return {
    ...(count > 0 && { blockRemovals: countRemovals(blockRemovals, count, future, now) }),
    ...(begins && { removalsHeldAt: instantOf(now) }),
  };
}

function summaryOf(changes: readonly Change[]): Pick<BlocksCommitted, 'counts' | 'held'> {
  const actions = changes.map(actionOf);
  const count = (action: ReturnType<typeof actionOf>) => actions.filter((one) => one === action).length;
  return {
    counts: { added: count('blocked'), changed: count('block-changed'), released: count('block-freed') },
    held: count('block-held'),
  };
}

function describe(change: Change): RunChange {
  const { id, resourceId, remoteId, start, end } = change.after;
  return {
    action: actionOf(change),
    eventId: id,
    resourceId,
    ...(remoteId !== undefined && { remoteId }),
    start,
    end,
  };
}

function actionOf({ before, after }: Change): 'blocked' | 'block-changed' | 'block-freed' | 'block-held' {
  if (after.status === 'missing') return 'block-held';
  if (!holdsTime(after)) return 'block-freed';
  return before && holdsTime(before) ? 'block-changed' : 'blocked';
}
