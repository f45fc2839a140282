import { instantOf } from '@dovetail/core/domain/interval.ts';
import { keepDeadLetter } from '@dovetail/core/sync/keep-dead-letter.ts';
import { GUEST } from '../inputs/ics-lines.ts';
import { type FuzzedService, NOW } from './fuzzed-service.ts';
import type { FuzzedTenant } from './fuzzed-tenant.ts';
import type { KnownIds } from './known-ids.ts';

/** What work that went wrong before left to staff: some of it is about things that are there, some about what never was. */
export async function keepLeftovers(ids: KnownIds, tenant: FuzzedTenant, { deps }: FuzzedService): Promise<void> {
  const tenantId = tenant.id;
  const one = (collection: string) => ids.pick(collection, 0);
  const mirrored = { eventId: one('events'), bindingId: one('bindings') };
  const why = { tenantId, reason: 'rejected', detail: 'The other system refused.' } as const;
  const letters = [
    await keepDeadLetter({ ...why, ...mirrored, queue: 'reconcile-event', payload: { tenantId, ...mirrored } }, deps),
    await keepDeadLetter({ ...why, queue: 'sync-feed', payload: { tenantId, feedId: one('feeds') } }, deps),
    await keepDeadLetter({ ...why, queue: 'commit-import', payload: { tenantId, importId: one('imports') } }, deps),
    await keepDeadLetter({ ...why, queue: 'revert-run', payload: { tenantId, runId: one('runs') } }, deps),
    await keepDeadLetter(
      { ...why, queue: 'accept-booking', payload: { tenantId, systemId: 'app', bookingId: 'never-was' } },
      deps,
    ),
  ];
  const proposal = {
    ...{ id: `proposal-${tenantId}`, ...mirrored, reason: 'slot_taken', detail: 'Another event has that time.' },
    wanted: { title: GUEST, start: '2027-05-10T12:00:00Z' },
    kept: { title: `${GUEST}'s lesson`, start: '2027-05-10T10:00:00Z' },
    createdAt: instantOf(NOW),
  };
  await deps.documents.commit([deps.store.proposals.set(tenantId, proposal)]);
  ids.take(letters, '/v1/dead-letters');
  ids.take([{ id: proposal.id }], '/v1/proposals');
}
