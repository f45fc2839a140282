import type { Binding } from '../../domain/binding.ts';
import { holdsTime } from '../../domain/event.ts';
import type { SyncDeps } from '../deps.ts';
import type { AuditFinding } from '../plan-audit.ts';
import { readChanges } from '../read-changes.ts';
import { planBlocks } from './plan-blocks.ts';

/**
 * What a calendar's own events say otherwise than the ledger, read whole. It stores nothing: a whole pull puts it right.
 * @throws as `readChanges`.
 */
export async function auditBlocks(tenantId: string, binding: Binding, deps: SyncDeps): Promise<AuditFinding[]> {
  if (!binding.busyIn) return [];
  const { blocks } = await readChanges(tenantId, binding, undefined, deps);
  if (!blocks) return [];
  const holding = new Set(blocks.known.filter(holdsTime).map(({ id }) => id));
  const changes = planBlocks(blocks.seen, blocks.known, binding.id, deps.clock.now());
  return changes.map(({ eventId, remoteId, date }) => {
    const type = date === undefined ? 'block-surplus' : holding.has(eventId) ? 'block-differs' : 'block-missing';
    return { type, eventId, remoteId, healable: true };
  });
}
