import type { Mapping } from '../domain/mapping.ts';
import { inboundPart } from '../ledger/outbox-marks.ts';
import type { LiveCalendarEvent } from '../ports/calendar-provider.ts';
import { removeEvent } from './apply-to-calendar.ts';
import type { SyncDeps } from './deps.ts';
import { enqueueReconciles } from './enqueue-reconciles.ts';
import type { StepOutcome } from './reconcile-event.ts';
import type { ReconcileWork } from './reconcile-work.ts';
import { settleMapping } from './settle-mapping.ts';

/**
 * The mapping that is to decide about an event that this one does not want: that of the resource on which the booking
 * stands, where it names the same calendar event. Null when there is none, or its calendar is being unbound.
 */
export async function findHolder(
  { tenantId, event, mapping, binding }: ReconcileWork,
  deps: Pick<SyncDeps, 'documents' | 'store'>,
): Promise<Mapping | null> {
  if (!event || mapping.remoteId === undefined || event.resourceId === binding.resourceId) return null;
  const mappings = await deps.store.mappings.ofEvent(deps.documents, tenantId, event.id);
  const isHolder = ({ resourceId, remoteId, state }: Mapping) =>
    resourceId === event.resourceId && remoteId === mapping.remoteId && state !== 'detached';
  const holder = mappings.find(isHolder);
  if (!holder) return null;
  const its = await deps.store.bindings.get(deps.documents, tenantId, holder.bindingId);
  return its && its.state !== 'removing' ? holder : null;
}

/**
 * Leaves the event to the mapping that holds it. That one alone knows whether it was moved away from there or is doubled;
 * removed by anyone else, it would look deleted by staff.
 * @param version the event's as this calendar has it, all its edits followed or refused; absent where it has none.
 */
export async function handOver(
  holder: Mapping,
  version: string | undefined,
  work: ReconcileWork,
  deps: SyncDeps,
): Promise<'settled'> {
  const { tenantId, mapping } = work;
  const { eventId, bindingId } = holder;
  const mark = deps.newId();
  const part = { ...inboundPart(mark, deps.clock.now()), seenElsewhere: true, handedOver: version } as const;
  await settleMapping(work, { state: 'gone' }, deps, [deps.store.mappings.update(tenantId, holder.id, part)]);
  await enqueueReconciles(tenantId, [{ eventId, bindingId, mark }], deps);
  deps.log.info('event.handed-over', { tenantId, eventId, bindingId, remoteId: mapping.remoteId });
  return 'settled';
}

/**
 * Takes an event off a calendar that is being unbound, which whoever holds it will not look at any more. That mapping is
 * told first: the event does not stand there for it, and is to be put on its own calendar.
 */
export async function removeFromHolder(
  holder: Mapping,
  remote: LiveCalendarEvent,
  work: ReconcileWork,
  deps: SyncDeps,
): Promise<StepOutcome> {
  if (work.mapping.state !== 'deleting') await tellHolder(holder, work, deps);
  return removeEvent({ ifMatch: remote.etag, refusals: [] }, work, remote, deps);
}

async function tellHolder({ id, eventId, bindingId }: Mapping, { tenantId }: ReconcileWork, deps: SyncDeps) {
  const mark = deps.newId();
  const stated = { state: 'stated', etag: undefined, agreed: undefined, returning: true } as const;
  const part = { ...stated, ...inboundPart(mark, deps.clock.now()) };
  await deps.documents.commit([deps.store.mappings.update(tenantId, id, part)]);
  await enqueueReconciles(tenantId, [{ eventId, bindingId, mark }], deps);
}
