import type { Binding, BindingState } from '@dovetail/core/domain/binding.ts';
import { NotFound } from '@dovetail/core/domain/errors.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import type { AppDeps } from '../../app-deps.ts';
import { Problem } from '../../middleware/problem.ts';

type SteerDeps = Pick<AppDeps, 'documents' | 'store' | 'clock' | 'tasks'>;

/** @throws NotFound. */
export async function readBinding(
  tenantId: string,
  id: string,
  deps: Pick<AppDeps, 'documents' | 'store'>,
): Promise<Binding> {
  const binding = await deps.store.bindings.get(deps.documents, tenantId, id);
  if (!binding) throw new NotFound(`no binding "${id}"`);
  return binding;
}

/** @throws Problem for a binding that is not at work. */
export function checkActive(binding: Binding): void {
  if (binding.state === 'active') return;
  const next = binding.state === 'removing' ? '' : ' Resume it first.';
  throw new Problem('wrong-state', `The binding is ${STATE_WORDS[binding.state]}.${next}`);
}

/** Stops all reading and writing of the calendar. @throws NotFound; Problem while the binding is being removed. */
export function pauseBinding(tenantId: string, id: string, deps: SteerDeps): Promise<Binding> {
  return changeState(tenantId, id, 'paused', deps);
}

/** Sets the binding to work and has it read and filled again. @throws as `pauseBinding`. */
export async function resumeBinding(tenantId: string, id: string, deps: SteerDeps): Promise<Binding> {
  const binding = await changeState(tenantId, id, 'active', deps);
  await deps.tasks.enqueue({ queue: 'bind-calendar', payload: { tenantId, bindingId: id } });
  return binding;
}

/** Has the calendar read now. One that waits for access is tried too, and goes on by itself if it is back. */
export async function pullNow(tenantId: string, id: string, deps: SteerDeps): Promise<Binding> {
  const binding = await readBinding(tenantId, id, deps);
  if (binding.state !== 'needs-access') checkActive(binding);
  await deps.tasks.enqueue({ queue: 'pull-calendar', payload: { tenantId, bindingId: id, trigger: 'staff' } });
  return binding;
}

const STATE_WORDS: Readonly<Record<BindingState, string>> = {
  active: 'at work',
  paused: 'paused',
  'needs-access': 'waiting for access to its calendar',
  removing: 'being removed',
};

function changeState(tenantId: string, id: string, state: 'active' | 'paused', deps: SteerDeps): Promise<Binding> {
  const { documents, store, clock } = deps;
  return documents.transact(async (transaction) => {
    const binding = await store.bindings.get(transaction, tenantId, id);
    if (!binding) throw new NotFound(`no binding "${id}"`);
    if (binding.state === 'removing') throw new Problem('wrong-state', 'The binding is being removed.');
    const updatedAt = instantOf(clock.now());
    // What happened on a calendar that was hidden from us is only known by reading it whole.
    const readWhole = binding.state === 'needs-access' && { syncToken: undefined };
    const dueSince = state === 'active' && { backFillDueSince: updatedAt };
    const changed = { state, stateReason: undefined, updatedAt, ...readWhole, ...dueSince };
    transaction.write(store.bindings.update(tenantId, id, changed));
    const { stateReason: _, ...rest } = binding;
    return { ...rest, state, updatedAt };
  });
}
