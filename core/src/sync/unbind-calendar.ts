import type { Binding } from '../domain/binding.ts';
import { AccessRevoked, NotFound, TemporarilyUnavailable } from '../domain/errors.ts';
import { instantOf } from '../domain/interval.ts';
import { type MarkedMapping, SWEEP_AFTER_MS } from '../ledger/commit-changes.ts';
import type { SyncDeps } from './deps.ts';
import { enqueueReconciles } from './enqueue-reconciles.ts';

/** How soon the removal of a binding looks again whether its events are gone. */
const LOOK_AGAIN_MS = 3_000;

/**
 * Ends a binding. With `keep` its events stay on the calendar, no longer ours; with `remove` each is removed first and
 * the binding goes once none is left. From this moment nothing new is mirrored to it.
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
    transaction.write(
      deps.store.bindings.update(tenantId, bindingId, {
        state: 'removing',
        renewAt: undefined,
        updatedAt: instantOf(deps.clock.now()),
      }),
    );
    if (resource) {
      const mirrorBindingIds = resource.mirrorBindingIds.filter((id) => id !== bindingId);
      transaction.write(deps.store.resources.update(tenantId, resource.id, { mirrorBindingIds }));
    }
    return current;
  });
  for (const channel of [binding.channel, binding.retiringChannel]) {
    if (channel) await stopQuietly(binding, channel, deps);
  }
  if (input.events === 'remove') return removeBinding(tenantId, binding, deps);
  return deleteBinding(tenantId, binding, deps);
}

/** Has every event of a binding that is being removed taken off its calendar; deletes the binding when none is left. */
export async function removeBinding(tenantId: string, binding: Binding, deps: SyncDeps): Promise<void> {
  const marked: MarkedMapping[] = [];
  const where = [{ field: 'bindingId', op: '==', value: binding.id }] as const;
  const mark = deps.newId();
  for await (const mappings of deps.store.mappings.each(deps.documents, tenantId, { where })) {
    const standing = mappings.filter((mapping) => mapping.state !== 'gone' && mapping.state !== 'detached');
    const sweepAt = instantOf(deps.clock.now() + SWEEP_AFTER_MS);
    await deps.documents.commit(
      standing.map((mapping) => deps.store.mappings.update(tenantId, mapping.id, { dirty: mark, sweepAt })),
    );
    marked.push(...standing.map(({ eventId }) => ({ eventId, bindingId: binding.id, mark })));
  }
  if (marked.length === 0) return deleteBinding(tenantId, binding, deps);
  await enqueueReconciles(tenantId, marked, deps);
  await deps.tasks.enqueue({
    queue: 'bind-calendar',
    payload: { tenantId, bindingId: binding.id },
    runAt: deps.clock.now() + LOOK_AGAIN_MS,
  });
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
  const where = [{ field: 'bindingId', op: '==', value: binding.id }] as const;
  for await (const mappings of deps.store.mappings.each(deps.documents, tenantId, { where })) {
    await deps.documents.commit(mappings.map((mapping) => deps.store.mappings.delete(tenantId, mapping.id)));
  }
  await deps.documents.commit([deps.store.bindings.delete(tenantId, binding.id)]);
  deps.log.info('binding.removed', { tenantId, bindingId: binding.id, calendarId: binding.calendarId });
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
    const expected =
      error instanceof AccessRevoked || error instanceof NotFound || error instanceof TemporarilyUnavailable;
    if (!expected) throw error;
    deps.log.warn('channel.not-stopped', { bindingId: binding.id, channelId: channel.id, error });
  }
}
