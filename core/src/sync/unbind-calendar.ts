import type { Binding } from '../domain/binding.ts';
import { AccessRevoked, NotFound, RateLimited, TemporarilyUnavailable } from '../domain/errors.ts';
import { instantOf } from '../domain/interval.ts';
import { dirtyPart, type MarkedMapping } from '../ledger/outbox-marks.ts';
import type { Transaction } from '../ports/document-store.ts';
import { releaseBlocks } from './busy-in/release-blocks.ts';
import type { SyncDeps } from './deps.ts';
import { enqueueReconciles } from './enqueue-reconciles.ts';
import { giveBack, giveBackHandedOver, stillHandedOver } from './give-back.ts';

/** How soon the removal of a binding looks again whether its events are gone, and when that takes longer. */
const LOOK_AGAIN_MS = 3_000;
const LOOK_LATER_MS = 60_000;

/**
 * Ends a binding. With `keep` our events stay on the calendar, no longer ours; with `remove` each is removed first and
 * the binding goes once none is left. Either way the calendar's own events block the resource no more: nobody would hear
 * of it when they go. From this moment nothing new is mirrored to it. What is decided is stored before anything is done,
 * so that a removal that was cut short is taken up with the next safety pulls.
 * @throws NotFound.
 */
export async function unbindCalendar(
  input: { readonly tenantId: string; readonly bindingId: string; readonly events: 'keep' | 'remove' },
  deps: SyncDeps,
): Promise<void> {
  const { tenantId, bindingId } = input;
  const binding = await deps.documents.transact(async (transaction) => {
    const current = await deps.store.bindings.get(transaction, tenantId, bindingId);
    if (!current) throw new NotFound(`no binding "${bindingId}"`);
    const resource = await deps.store.resources.get(transaction, tenantId, current.resourceId);
    const leaving = { state: 'removing', leaves: input.events } as const;
    transaction.write(
      deps.store.bindings.update(tenantId, bindingId, {
        ...leaving,
        renewAt: undefined,
        updatedAt: instantOf(deps.clock.now()),
      }),
    );
    if (resource) {
      const mirrorBindingIds = resource.mirrorBindingIds.filter((id) => id !== bindingId);
      transaction.write(deps.store.resources.update(tenantId, resource.id, { mirrorBindingIds }));
    }
    return { ...current, ...leaving };
  });
  await removeBinding(tenantId, binding, deps);
}

/** Takes the removal of a binding one step further; deletes it when no event is left that should go before it. */
export async function removeBinding(tenantId: string, binding: Binding, deps: SyncDeps): Promise<void> {
  for (const channel of [binding.channel, binding.retiringChannel]) {
    if (channel) await stopQuietly(binding, channel, deps);
  }
  await releaseBlocks({ tenantId, binding, reason: 'unbound' }, deps);
  const { standing, marked } =
    binding.leaves === 'keep' ? { standing: 0, marked: [] } : await markStanding(tenantId, binding, deps);
  if (standing === 0) return deleteBinding(tenantId, binding, deps);
  await enqueueReconciles(tenantId, marked, deps);
  await deps.tasks.enqueue({
    queue: 'bind-calendar',
    payload: { tenantId, bindingId: binding.id },
    runAt: deps.clock.now() + (marked.length > 0 ? LOOK_AGAIN_MS : LOOK_LATER_MS),
  });
}

/**
 * Marks every mapping of the binding whose event may stand on its calendar, unless its work is under way: also where it was
 * handed over and is still to be cleared away. An event that was given up on counts as gone: its dead letter tells staff to
 * take it off themselves.
 */
async function markStanding(
  tenantId: string,
  binding: Binding,
  deps: SyncDeps,
): Promise<{ readonly standing: number; readonly marked: readonly MarkedMapping[] }> {
  const marked: MarkedMapping[] = [];
  let standing = 0;
  const where = [{ field: 'bindingId', op: '==', value: binding.id }] as const;
  const mark = deps.newId();
  for await (const mappings of deps.store.mappings.each(deps.documents, tenantId, { where })) {
    const left = mappings.filter(({ state, parked }) => state !== 'gone' && state !== 'detached' && !parked);
    const handedOver = await stillHandedOver(tenantId, mappings, deps);
    standing += left.length + handedOver.length;
    const idle = left.filter(({ dirty, sweepAt }) => dirty === undefined || sweepAt === undefined);
    const part = dirtyPart(mark, deps.clock.now());
    const again = giveBack(tenantId, handedOver, deps);
    await deps.documents.commit([
      ...idle.map(({ id }) => deps.store.mappings.update(tenantId, id, part)),
      ...again.writes,
    ]);
    marked.push(...idle.map(({ eventId }) => ({ eventId, bindingId: binding.id, mark })), ...again.marked);
  }
  return { standing, marked };
}

/**
 * Ends a removal that cannot be finished, because the calendar was taken from us: its events stay, and staff are told
 * once.
 */
export async function leaveEvents(tenantId: string, binding: Binding, cause: Error, deps: SyncDeps): Promise<void> {
  const isNews = await deps.documents.transact(async (transaction) => {
    const current = await deps.store.bindings.get(transaction, tenantId, binding.id);
    if (current?.state !== 'removing' || current.stateReason !== undefined) return false;
    const stateReason = 'Its events could not be removed: we may no longer change the calendar.';
    transaction.write(deps.store.bindings.update(tenantId, binding.id, { stateReason }));
    return true;
  });
  if (!isNews) return;
  const { calendarId, resourceId } = binding;
  deps.log.alert('binding.events-left', { tenantId, bindingId: binding.id, calendarId, resourceId, error: cause });
  await deleteBinding(tenantId, binding, deps);
}

async function deleteBinding(tenantId: string, binding: Binding, deps: SyncDeps): Promise<void> {
  await releaseBlocks({ tenantId, binding, reason: 'unbound' }, deps);
  const where = [{ field: 'bindingId', op: '==', value: binding.id }] as const;
  for await (const mappings of deps.store.mappings.each(deps.documents, tenantId, { where })) {
    const deletions = mappings.map(({ id }) => deps.store.mappings.delete(tenantId, id));
    const given = await whileLeaving(tenantId, binding, deps, async (transaction) => {
      const back = await giveBackHandedOver(tenantId, mappings, { ...deps, documents: transaction });
      transaction.write(...deletions, ...back.writes);
      return back;
    });
    if (!given) return;
    await enqueueReconciles(tenantId, given.marked, deps);
  }
  const isRemoved = await whileLeaving(tenantId, binding, deps, async (transaction) => {
    transaction.write(deps.store.bindings.delete(tenantId, binding.id));
    return true;
  });
  if (!isRemoved) return;
  deps.log.info('binding.removed', { tenantId, bindingId: binding.id, calendarId: binding.calendarId });
}

/**
 * Does `act` in a transaction unless the binding is gone: two may end one removal at once, and by the time the second gets
 * there the calendar may be bound again under the same name. Answers null when it is.
 */
function whileLeaving<T>(
  tenantId: string,
  { id, createdAt }: Binding,
  { documents, store }: SyncDeps,
  act: (transaction: Transaction) => Promise<T>,
): Promise<T | null> {
  return documents.transact(async (transaction) => {
    const current = await store.bindings.get(transaction, tenantId, id);
    if (current?.state !== 'removing' || current.createdAt !== createdAt) return null;
    return act(transaction);
  });
}

/** A channel that cannot be stopped runs out by itself; its pushes are ignored from now on. */
async function stopQuietly(
  binding: Binding,
  channel: { readonly id: string; readonly resourceId: string },
  deps: SyncDeps,
): Promise<void> {
  try {
    await deps.calendars[binding.provider].stop(channel);
  } catch (error) {
    const expected = [AccessRevoked, NotFound, RateLimited, TemporarilyUnavailable];
    if (!expected.some((Expected) => error instanceof Expected)) throw error;
    deps.log.warn('channel.not-stopped', { bindingId: binding.id, channelId: channel.id, error });
  }
}
