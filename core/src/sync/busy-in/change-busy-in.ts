import type { Binding } from '../../domain/binding.ts';
import { NotFound, Rejected } from '../../domain/errors.ts';
import { instantOf } from '../../domain/interval.ts';
import type { SyncDeps } from '../deps.ts';

/**
 * Says whether a calendar's own events block its resource from now on. The next pull, asked for here, reads the calendar
 * whole and takes them in, or frees what they held.
 * @throws NotFound; Rejected with `being_removed` once the binding is unbound.
 */
export async function changeBusyIn(
  input: { readonly tenantId: string; readonly bindingId: string; readonly busyIn: boolean },
  deps: Pick<SyncDeps, 'documents' | 'store' | 'clock' | 'tasks' | 'log'>,
): Promise<Binding> {
  const { tenantId, bindingId, busyIn } = input;
  const { documents, store, clock } = deps;
  const changed = await documents.transact(async (transaction) => {
    const binding = await store.bindings.get(transaction, tenantId, bindingId);
    if (!binding) throw new NotFound(`no binding "${bindingId}"`);
    if (binding.state === 'removing') throw new Rejected('the binding is being removed', { reason: 'being_removed' });
    if (binding.busyIn === busyIn) return binding;
    const part = { busyIn, updatedAt: instantOf(clock.now()) };
    // What was turned off just before may have freed some: turned on again, the calendar is read whole.
    transaction.write(store.bindings.update(tenantId, bindingId, { ...part, ...(busyIn && { busyUntil: undefined }) }));
    return { ...binding, ...part };
  });
  await deps.tasks.enqueue({ queue: 'pull-calendar', payload: { tenantId, bindingId, trigger: 'staff' } });
  deps.log.info('binding.busy-in', { tenantId, bindingId, calendarId: changed.calendarId });
  return changed;
}
