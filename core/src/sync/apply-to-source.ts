import type { Binding } from '../domain/binding.ts';
import type { Booking } from '../domain/booking.ts';
import { isNewer } from '../domain/booking.ts';
import {
  type Content,
  type ContentField,
  changedFields,
  differingFields,
  stampOf,
  withFields,
} from '../domain/content.ts';
import { AccessRevoked, NotFound, PreconditionFailed, Rejected, TemporarilyUnavailable } from '../domain/errors.ts';
import type { LedgerEvent } from '../domain/event.ts';
import { mappingIdOf } from '../domain/identity.ts';
import { instantOf } from '../domain/interval.ts';
import { markPart } from '../ledger/commit-changes.ts';
import type { BookingChange } from '../ports/booking-system.ts';
import type { LiveCalendarEvent } from '../ports/calendar-provider.ts';
import type { Write } from '../ports/document-store.ts';
import { insertEvent, writeEvent } from './apply-to-calendar.ts';
import { commitBooking } from './commit-booking.ts';
import type { SyncDeps } from './deps.ts';
import { enqueueReconciles } from './enqueue-reconciles.ts';
import { findOnSiblings } from './find-on-siblings.ts';
import { proposalWrites } from './keep-proposal.ts';
import { type ReconcilePlan, type Refusal, refusedRemoval } from './plan-reconcile.ts';
import type { StepOutcome } from './reconcile-event.ts';
import type { ReconcileWork, WritableSource } from './reconcile-work.ts';
import { settleMapping } from './settle-mapping.ts';

/** How the booking system answered: it did (or had been changed, and we now know how), or it refused. */
type SourceAnswer = { readonly refused: string } | { readonly refused?: undefined };

/**
 * Takes an edit made on the calendar back to the booking system, and its answer into the ledger. Refused, the event is
 * written back as it was and the refusal kept as a proposal.
 */
export async function changeSource(
  plan: Extract<ReconcilePlan, { do: 'change-source' }>,
  work: ReconcileWork,
  source: WritableSource,
  deps: SyncDeps,
): Promise<StepOutcome> {
  const { content, fields, remote } = plan;
  const wanted = work.wanted as Content;
  const writes = plan.refusal ? proposalWrites(plan.refusal, work, deps) : [];
  const answer = await askSource(work, source, writes, deps, (booking) =>
    source.system.change(booking.id, changeOf(content, fields), booking.version),
  );
  if (answer.refused === undefined) return { lookAgain: remote };
  const refusal: Refusal = { fields, wanted: content, kept: wanted, reason: answer.refused };
  const differing = differingFields(wanted, remote.content);
  return writeEvent({ content: wanted, fields: differing, ifMatch: remote.etag, refusal }, work, deps);
}

/**
 * An event vanished from its calendar. Live on a sibling calendar, it was moved there: its booking moves to that
 * resource. Otherwise its booking is cancelled, unless so many vanished at once that staff must say so first.
 */
export async function findOrCancel(work: ReconcileWork, source: WritableSource, deps: SyncDeps): Promise<StepOutcome> {
  const { mapping, binding } = work;
  const tombstone = { state: 'cancelled', remoteId: mapping.remoteId as string } as const;
  const moved = await findOnSiblings(work, deps);
  if (moved) return moveAtSource(moved.binding, moved.event, work, source, deps);
  if (binding.removalsHeldAt !== undefined) {
    deps.log.warn('removal.held', { tenantId: work.tenantId, eventId: mapping.eventId, bindingId: binding.id });
    return settleMapping(work, { heldAt: instantOf(deps.clock.now()) }, deps);
  }
  const answer = await askSource(work, source, [], deps, (booking) =>
    source.system.cancel(booking.id, 'cancelled on the calendar'),
  );
  if (answer.refused === undefined) return { lookAgain: tombstone };
  const wanted = work.wanted as Content;
  return insertEvent(wanted, refusedRemoval(wanted, answer.refused), work, deps);
}

/**
 * Moves the booking to the sibling's resource. The sibling's mapping states which event it owns before the booking
 * system is asked, so that whoever hears of the answer first drives that event and inserts no second one.
 */
async function moveAtSource(
  sibling: Binding,
  moved: LiveCalendarEvent,
  work: ReconcileWork,
  source: WritableSource,
  deps: SyncDeps,
): Promise<StepOutcome> {
  const { tenantId, mapping } = work;
  const event = work.event as LedgerEvent;
  const wanted = work.wanted as Content;
  const siblingId = mappingIdOf(mapping.eventId, sibling.id);
  const stamp = moved.ownership?.stamp;
  const base = { eventId: mapping.eventId, bindingId: sibling.id, resourceId: sibling.resourceId, end: mapping.end };
  await deps.documents.commit([
    deps.store.mappings.merge(tenantId, siblingId, {
      ...base,
      state: 'live',
      remoteId: moved.remoteId,
      etag: moved.etag,
      agreed: stamp,
      updatedAt: instantOf(deps.clock.now()),
    }),
  ]);
  const edited = changedFields(moved.content, stamp ?? stampOf(wanted)).filter(
    (field) => field === 'interval' || field === 'title',
  );
  const content = { ...withFields(wanted, moved.content, edited), resourceId: sibling.resourceId };
  const fields: ContentField[] = ['resource', ...edited.filter((field) => source.fields.has(field))];
  const answer = await askSource(work, source, [], deps, (booking) =>
    source.system.change(booking.id, changeOf(content, fields), booking.version),
  );
  if (answer.refused === undefined) return { lookAgain: { state: 'cancelled', remoteId: moved.remoteId } };

  const mark = deps.newId();
  const strayRemoval: Write = deps.store.mappings.merge(tenantId, siblingId, {
    ...markPart(event, sibling.id, sibling.resourceId, mark, deps.clock.now()),
    state: 'deleting',
  });
  const refusal: Refusal = { fields, wanted: content, kept: wanted, reason: answer.refused };
  await deps.documents.commit([strayRemoval]);
  await enqueueReconciles(tenantId, [{ eventId: event.id, bindingId: sibling.id, mark }], deps);
  return insertEvent(wanted, refusal, work, deps);
}

/**
 * Reads the booking, lets `act` change it, and commits what the booking system then says. A booking that had already
 * changed is committed instead, and everything is planned again.
 */
async function askSource(
  work: ReconcileWork,
  source: WritableSource,
  writes: readonly Write[],
  deps: SyncDeps,
  act: (booking: Booking) => Promise<Booking>,
): Promise<SourceAnswer> {
  const { tenantId, binding } = work;
  const event = work.event as LedgerEvent;
  const bookingId = event.source.externalUid;
  const ids = { direction: 'to-source', tenantId, bookingId, eventId: event.id, bindingId: binding.id } as const;
  try {
    const booking = await source.system.get(bookingId);
    if (!booking) return { refused: 'unknown_booking' };
    const isNews = isNewer(booking, event.booking ?? {});
    const answer = isNews ? booking : await act(booking);
    const result = await commitBooking({ tenantId, config: source.config, booking: answer, writes }, deps);
    await enqueueReconciles(
      tenantId,
      result.marked.filter((marked) => marked.bindingId !== binding.id),
      deps,
    );
    deps.log.info(isNews ? 'booking.was-newer' : 'booking.changed', { ...ids, resourceId: answer.resourceId });
    return {};
  } catch (error) {
    if (error instanceof PreconditionFailed) return {};
    if (error instanceof Rejected) return { refused: error.reason };
    if (error instanceof NotFound) return { refused: 'unknown_booking' };
    if (!(error instanceof AccessRevoked)) throw error;
    deps.log.alert('booking-system.access-revoked', { ...ids, systemId: source.config.id });
    throw new TemporarilyUnavailable('the booking system refuses our credentials', { cause: error });
  }
}

function changeOf(content: Content, fields: readonly ContentField[]): BookingChange {
  return {
    ...(fields.includes('interval') && { interval: { start: content.start, end: content.end } }),
    ...(fields.includes('resource') && { resourceId: content.resourceId }),
    ...(fields.includes('title') && { title: content.title }),
  };
}
