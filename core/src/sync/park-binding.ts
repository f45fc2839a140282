import type { Binding } from '../domain/binding.ts';
import { instantOf } from '../domain/interval.ts';
import type { SyncDeps } from './deps.ts';

const NO_ACCESS =
  'We may no longer change this calendar: it is not shared with us for making changes, or our account is blocked. Share it again, then resume.';

/**
 * Stops a binding whose calendar is no longer ours to write, and tells staff once. Nothing on either side is changed.
 * It resumes by itself when a later safety pull finds the access back, or when staff resume it.
 */
export async function parkBinding(
  tenantId: string,
  binding: Binding,
  cause: Error,
  deps: Pick<SyncDeps, 'documents' | 'store' | 'clock' | 'log'>,
): Promise<void> {
  const isNews = await deps.documents.transact(async (transaction) => {
    const current = await deps.store.bindings.get(transaction, tenantId, binding.id);
    if (current?.state !== 'active') return false;
    transaction.write(
      deps.store.bindings.update(tenantId, binding.id, {
        state: 'needs-access',
        stateReason: NO_ACCESS,
        updatedAt: instantOf(deps.clock.now()),
      }),
    );
    return true;
  });
  if (!isNews) return;
  deps.log.alert('binding.needs-access', {
    tenantId,
    bindingId: binding.id,
    calendarId: binding.calendarId,
    resourceId: binding.resourceId,
    error: cause,
  });
}
