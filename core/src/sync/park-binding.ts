import type { Binding } from '../domain/binding.ts';
import { instantOf } from '../domain/interval.ts';
import type { SyncDeps } from './deps.ts';

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
  if (binding.state === 'needs-access') return;
  await deps.documents.commit([
    deps.store.bindings.update(tenantId, binding.id, {
      state: 'needs-access',
      stateReason:
        'The calendar is no longer shared with us with the right to make changes. Share it again, then resume.',
      updatedAt: instantOf(deps.clock.now()),
    }),
  ]);
  deps.log.alert('binding.needs-access', {
    tenantId,
    bindingId: binding.id,
    calendarId: binding.calendarId,
    resourceId: binding.resourceId,
    error: cause,
  });
}
