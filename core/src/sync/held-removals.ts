import type { Binding } from '../domain/binding.ts';
import { NotFound } from '../domain/errors.ts';
import type { Mapping } from '../domain/mapping.ts';
import { dirtyPart, inboundPart, type MarkedMapping } from '../ledger/outbox-marks.ts';
import type { PartOf, Versioned } from '../store/collection.ts';
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
  return blocks + (await release(input, (mark, now) => ({ ...inboundPart(mark, now), heldAt: undefined }), deps));
}

/**
 * Staff say that the held removals were a mistake: each event of ours is put back. What was not ours only its owner can
 * put back: until then its block keeps its time, and staff may release it. Answers how many. @throws NotFound.
 */
export async function restoreRemovals(input: BindingInput, deps: SyncDeps): Promise<number> {
  const blocks = await countHeldBlocks(input, (await readBinding(input, deps)).value, deps);
  const putBack = (mark: string, now: number): PartOf<Mapping> => ({
    ...dirtyPart(mark, now),
    inbound: undefined,
    heldAt: undefined,
    state: 'gone',
    etag: undefined,
    agreed: undefined,
  });
  return blocks + (await release(input, putBack, deps));
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

async function release(
  { tenantId, bindingId }: BindingInput,
  part: (mark: string, now: number) => PartOf<Mapping>,
  deps: SyncDeps,
): Promise<number> {
  await deps.documents.commit([
    deps.store.bindings.update(tenantId, bindingId, {
      removals: undefined,
      blockRemovals: undefined,
      removalsHeldAt: undefined,
    }),
  ]);
  const marked: MarkedMapping[] = [];
  const where = [{ field: 'bindingId', op: '==', value: bindingId }] as const;
  const mark = deps.newId();
  for await (const mappings of deps.store.mappings.each(deps.documents, tenantId, { where })) {
    const held = mappings.filter((mapping) => mapping.heldAt !== undefined);
    const now = deps.clock.now();
    await deps.documents.commit(
      held.map((mapping) => deps.store.mappings.update(tenantId, mapping.id, part(mark, now))),
    );
    marked.push(...held.map(({ eventId }) => ({ eventId, bindingId, mark })));
  }
  await enqueueReconciles(tenantId, marked, deps);
  deps.log.info('removals.decided', { tenantId, bindingId, count: marked.length });
  return marked.length;
}
