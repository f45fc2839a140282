import type { Binding, RemovalDecision } from '../domain/binding.ts';
import { NotFound } from '../domain/errors.ts';
import type { Mapping } from '../domain/mapping.ts';
import { inboundPart, type MarkedMapping } from '../ledger/outbox-marks.ts';
import type { Versioned } from '../store/collection.ts';
import { BindingFence } from './busy-in/binding-fence.ts';
import { busyWindow, isOver } from './busy-in/busy-window.ts';
import { isHeld, releaseBlocks } from './busy-in/release-blocks.ts';
import type { SyncDeps } from './deps.ts';
import { enqueueReconciles } from './enqueue-reconciles.ts';

interface BindingInput {
  readonly tenantId: string;
  readonly bindingId: string;
}

/**
 * Staff say that the held removals were meant: each booking is cancelled, and each block of an event that was not ours
 * freed. Answers how many. @throws NotFound.
 */
export async function acceptRemovals(input: BindingInput, deps: SyncDeps): Promise<number> {
  const { tenantId } = input;
  const found = await readBinding(input, deps);
  const fence = new BindingFence(tenantId, found);
  const blocks = await releaseBlocks({ tenantId, binding: found.value, reason: 'removals-accepted', fence }, deps);
  return blocks + (await decide('accepted', input, deps));
}

/**
 * Staff say that the held removals were a mistake: each event of ours is put back, unless it stands on another calendar
 * by now. What was not ours only its owner can put back: until then its block keeps its time, and staff may release it.
 * Answers how many. @throws NotFound.
 */
export async function restoreRemovals(input: BindingInput, deps: SyncDeps): Promise<number> {
  const blocks = await countHeldBlocks(input, (await readBinding(input, deps)).value, deps);
  return blocks + (await decide('restored', input, deps));
}

async function readBinding({ tenantId, bindingId }: BindingInput, deps: SyncDeps): Promise<Versioned<Binding>> {
  const found = await deps.store.bindings.getVersioned(deps.documents, tenantId, bindingId);
  if (!found) throw new NotFound(`no binding "${bindingId}"`);
  return found;
}

async function countHeldBlocks({ tenantId }: BindingInput, binding: Binding, deps: SyncDeps): Promise<number> {
  const now = deps.clock.now();
  let count = 0;
  for await (const page of deps.store.events.ofBinding(deps.documents, tenantId, binding.id, busyWindow(now).since)) {
    count += page.filter((block) => isHeld(block, binding) && !isOver(block, now)).length;
  }
  return count;
}

/**
 * The decision is kept with every mapping it may concern before the hold ends, so that an end of this process leaves
 * nothing undecided that nobody would be asked about again; and once more after it, for what was put on hold meanwhile.
 */
async function decide(decision: RemovalDecision, input: BindingInput, deps: SyncDeps): Promise<number> {
  const { tenantId, bindingId } = input;
  const before = await noteDecision(decision, input, deps);
  await deps.documents.commit([
    deps.store.bindings.update(tenantId, bindingId, {
      // What goes on being deleted after a mistake is still part of it.
      ...(decision === 'accepted' && { removals: undefined, blockRemovals: undefined }),
      removalsHeldAt: undefined,
      removalsDecided: decision,
    }),
  ]);
  const count = before + (await noteDecision(decision, input, deps));
  deps.log.info('removals.decided', { tenantId, bindingId, count });
  return count;
}

/**
 * Has every removal that is held looked at once more, and whatever else waits for a look: it may turn out to be one of
 * the same removals. Answers how many were held.
 */
async function noteDecision(
  decision: RemovalDecision,
  { tenantId, bindingId }: BindingInput,
  deps: SyncDeps,
): Promise<number> {
  const { store, documents, clock } = deps;
  const where = [{ field: 'bindingId', op: '==', value: bindingId }] as const;
  const mark = deps.newId();
  const marked: MarkedMapping[] = [];
  let count = 0;
  for await (const page of store.mappings.each(documents, tenantId, { where })) {
    const open = page.filter((mapping) => isOpen(mapping, decision));
    const part = { ...inboundPart(mark, clock.now()), heldAt: undefined, removalDecided: decision };
    await documents.commit(open.map(({ id }) => store.mappings.update(tenantId, id, part)));
    marked.push(...open.map(({ eventId }) => ({ eventId, bindingId, mark })));
    count += open.filter(({ heldAt }) => heldAt !== undefined).length;
  }
  await enqueueReconciles(tenantId, marked, deps);
  return count;
}

function isOpen({ heldAt, inbound, removalDecided }: Mapping, decision: RemovalDecision): boolean {
  return heldAt !== undefined || (inbound !== undefined && removalDecided !== decision);
}
