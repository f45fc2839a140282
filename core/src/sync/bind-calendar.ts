import type { Binding } from '../domain/binding.ts';
import { holdsTime, type LedgerEvent } from '../domain/event.ts';
import { mappingIdOf } from '../domain/identity.ts';
import { instantOf } from '../domain/interval.ts';
import type { Mapping } from '../domain/mapping.ts';
import { dirtyPart, type MarkedMapping, statedPart, subjectPart } from '../ledger/outbox-marks.ts';
import { MOST_CHANGES } from '../ledger/settle-decision.ts';
import type { Write } from '../ports/document-store.ts';
import type { SyncDeps } from './deps.ts';
import { enqueueReconciles } from './enqueue-reconciles.ts';
import { pollBookings } from './poll-bookings.ts';
import { pullCalendar } from './pull-calendar.ts';
import { renewChannel } from './renew-channel.ts';
import { removeBinding } from './unbind-calendar.ts';

/**
 * Brings a binding to life, or back to life after a pause: watch the calendar, read it whole (adopting events that
 * already carry our mark), then mark every future event of the resource, and what left it meanwhile, so that each is driven
 * to the calendar. Safe to run again at any time: what already agrees stays as it is.
 * @throws RateLimited, TemporarilyUnavailable.
 */
export async function bindCalendar(
  input: { readonly tenantId: string; readonly bindingId: string },
  deps: SyncDeps,
): Promise<void> {
  const { tenantId, bindingId } = input;
  const binding = await deps.store.bindings.get(deps.documents, tenantId, bindingId);
  if (binding?.state === 'removing') return removeBinding(tenantId, binding, deps);
  if (binding?.state !== 'active') return;
  if (binding.systemId !== undefined) await pollBookings({ tenantId, systemId: binding.systemId }, deps);
  await renewChannel(input, deps);
  await pullCalendar({ tenantId, bindingId, trigger: 'bind' }, deps);
  const count = (await markFutureEvents(tenantId, binding, deps)) + (await wakeResting(tenantId, binding, deps));
  await noteBackFill(tenantId, binding, deps);
  deps.log.info('binding.back-filled', {
    direction: 'to-calendar',
    tenantId,
    bindingId,
    calendarId: binding.calendarId,
    count,
  });
}

/** From now on the marks see to the rest, unless it was set to work anew meanwhile. */
async function noteBackFill(tenantId: string, { id, backFillDueSince }: Binding, deps: SyncDeps): Promise<void> {
  if (backFillDueSince === undefined) return;
  await deps.documents.transact(async (transaction) => {
    const current = await deps.store.bindings.get(transaction, tenantId, id);
    if (current?.backFillDueSince !== backFillDueSince) return;
    transaction.write(deps.store.bindings.update(tenantId, id, { backFillDueSince: undefined }));
  });
}

/** Marks the mapping of every future event of the binding's resource, chunk by chunk, each chunk with its tasks. */
async function markFutureEvents(tenantId: string, binding: Binding, deps: SyncDeps): Promise<number> {
  const where = [
    { field: 'resourceId', op: '==', value: binding.resourceId },
    { field: 'end', op: '>', value: instantOf(deps.clock.now()).slice(0, 10) },
  ] as const;
  let count = 0;
  for await (const events of deps.store.events.each(deps.documents, tenantId, { where, orderBy: { field: 'end' } })) {
    for (let from = 0; from < events.length; from += MOST_CHANGES) {
      count += await markEvents(tenantId, binding, events.slice(from, from + MOST_CHANGES), deps);
    }
  }
  return count;
}

/** Marks anew what was left at rest while the calendar was not to be written, and belongs to another resource by now. */
async function wakeResting(tenantId: string, binding: Binding, deps: SyncDeps): Promise<number> {
  const { store, documents, clock } = deps;
  const where = [
    { field: 'bindingId', op: '==', value: binding.id },
    { field: 'end', op: '>', value: instantOf(clock.now()).slice(0, 10) },
  ] as const;
  const marked: MarkedMapping[] = [];
  const mark = deps.newId();
  for await (const page of store.mappings.each(documents, tenantId, { where, orderBy: { field: 'end' } })) {
    const resting = page.filter(isAtRest);
    for (let from = 0; from < resting.length; from += MOST_CHANGES) {
      const part = dirtyPart(mark, clock.now());
      const chunk = resting.slice(from, from + MOST_CHANGES);
      await documents.commit(chunk.map(({ id }) => store.mappings.update(tenantId, id, part)));
    }
    marked.push(...resting.map(({ eventId }) => ({ eventId, bindingId: binding.id, mark })));
  }
  await enqueueReconciles(tenantId, marked, deps);
  return marked.length;
}

/** It has work to do that no sweep will find, and nobody is asked about it. */
function isAtRest({ dirty, inbound, sweepAt, parked, heldAt }: Mapping): boolean {
  const isMarked = dirty !== undefined || inbound !== undefined;
  return isMarked && sweepAt === undefined && parked === undefined && heldAt === undefined;
}

async function markEvents(
  tenantId: string,
  binding: Binding,
  events: readonly LedgerEvent[],
  deps: SyncDeps,
): Promise<number> {
  const ids = events.map((event) => mappingIdOf(event.id, binding.id));
  const known = await deps.store.mappings.getMany(deps.documents, tenantId, ids);
  const mark = deps.newId();
  const now = deps.clock.now();
  const writes: Write[] = [];
  const marked: MarkedMapping[] = [];
  events.forEach((event, index) => {
    const mapping = known[index];
    if (event.source.type === 'binding' && event.source.id === binding.id) return;
    if (!mapping && (!holdsTime(event) || event.until !== undefined)) return;
    writes.push(
      deps.store.mappings.merge(tenantId, ids[index] as string, {
        ...subjectPart(event, binding, now),
        ...dirtyPart(mark, now),
        ...(mapping?.remoteId === undefined && statedPart(tenantId, event.id, binding.id, 0)),
      }),
    );
    marked.push({ eventId: event.id, bindingId: binding.id, mark });
  });
  await deps.documents.commit(writes);
  await enqueueReconciles(tenantId, marked, deps);
  return marked.length;
}
