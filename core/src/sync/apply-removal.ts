import { type Content, type ContentField, differingFields } from '../domain/content.ts';
import { mappingIdOf } from '../domain/identity.ts';
import { instantOf } from '../domain/interval.ts';
import type { Write } from '../ports/document-store.ts';
import { insertEvent, readEvent } from './apply-to-calendar.ts';
import { changeOf } from './ask-source.ts';
import { calendarOf, type SyncDeps } from './deps.ts';
import { cancelAtSource, changeAtSource } from './edit-source.ts';
import { findOnSiblings, type OnSibling } from './find-on-siblings.ts';
import { proposalWrites } from './keep-proposal.ts';
import { mergeEdits, type Refusal, refusedRemoval } from './plan-reconcile.ts';
import type { StepOutcome } from './reconcile-event.ts';
import type { ReconcileWork, WritableSource } from './reconcile-work.ts';
import { settleMapping } from './settle-mapping.ts';

/**
 * An event vanished from its calendar. Live on a sibling calendar, it was moved there: its booking moves to that
 * resource, or, where that cannot be, the event comes back. Otherwise it is put back for the reason in `refusal`, or its
 * booking is cancelled, unless so many vanished at once that staff must say so first.
 */
export async function findOrCancel(
  refusal: Refusal | undefined,
  work: ReconcileWork,
  source: WritableSource | null,
  deps: SyncDeps,
): Promise<StepOutcome> {
  const { mapping, binding, tenantId } = work;
  const wanted = work.wanted as Content;
  const moved = await findOnSiblings(work, deps);
  if (moved) return followMove(moved, work, source, deps);
  // Dragged away and back again while we looked, it was on neither calendar at the moment we looked there.
  const again = await readEvent(work);
  if (stands(again)) return again;
  if (refusal || !source) return insertEvent(wanted, refusal ? [refusal] : [], work, deps);
  if (binding.removalsHeldAt !== undefined) {
    deps.log.warn('removal.held', { tenantId, eventId: mapping.eventId, bindingId: binding.id });
    return settleMapping(work, { heldAt: instantOf(deps.clock.now()) }, deps);
  }
  const answer = await cancelAtSource('cancelled on the calendar', work, source, [gone(work, deps)], deps);
  if (answer.refused === undefined) return tombstoneOf(work);
  return insertEvent(wanted, [refusedRemoval(wanted, answer.refused)], work, deps);
}

function stands(outcome: StepOutcome): boolean {
  if (outcome === 'settled') return false;
  const { lookAgain: remote } = outcome;
  return remote !== null && remote !== 'unread' && remote.state === 'live';
}

/**
 * Whatever stands under the event's id on a calendar where it does not belong is removed there. Then the event is put
 * back with `content`, or without one settled as gone.
 */
export async function takeBack(
  content: Content | undefined,
  work: ReconcileWork,
  deps: SyncDeps,
): Promise<StepOutcome> {
  const stray = await findOnSiblings(work, deps);
  if (stray && !(await belongsThere(stray, work, deps))) {
    const { id, calendarId, provider } = stray.binding;
    await deps.calendars[provider].delete(calendarOf(stray.binding), stray.event.remoteId);
    const { tenantId, mapping } = work;
    const ids = { tenantId, eventId: mapping.eventId, bindingId: id, calendarId, remoteId: stray.event.remoteId };
    deps.log.info('event.taken-back', { direction: 'to-calendar', ...ids });
  }
  return content ? insertEvent(content, [], work, deps) : settleMapping(work, { state: 'gone' }, deps);
}

/** The event was moved to a sibling's calendar: another resource's, of a booking we may move, or one it cannot stay on. */
function followMove(
  moved: OnSibling,
  work: ReconcileWork,
  source: WritableSource | null,
  deps: SyncDeps,
): Promise<StepOutcome> {
  const { resourceId, direction } = moved.binding;
  if (resourceId === work.binding.resourceId) return refuseMove([], [], work, deps);
  if (source?.fields.has('resource') && direction === 'two-way') return moveAtSource(moved, work, source, deps);
  const kept = work.wanted as Content;
  const refusal: Refusal = {
    fields: ['resource'],
    wanted: { ...kept, resourceId },
    kept,
    reason: 'no_writable_source',
  };
  return refuseMove([refusal], [], work, deps);
}

/**
 * Moves the booking to the sibling's resource. The sibling's mapping states which event it owns before the booking
 * system is asked, so that whoever hears of the answer first drives that event and inserts no second one.
 */
async function moveAtSource(
  { binding: sibling, event: moved }: OnSibling,
  work: ReconcileWork,
  source: WritableSource,
  deps: SyncDeps,
): Promise<StepOutcome> {
  const { tenantId, mapping, wantedAt } = work;
  const wanted = work.wanted as Content;
  const siblingId = mappingIdOf(mapping.eventId, sibling.id);
  await deps.documents.commit([claim(siblingId, { binding: sibling, event: moved }, work, deps)]);
  const merged = mergeEdits({ writable: source.fields, wantedAt }, moved, wanted);
  const content = { ...merged.content, resourceId: sibling.resourceId };
  const fields: ContentField[] = ['resource', ...differingFields(merged.content, wanted)];
  const lost = proposalWrites([...merged.overruled, ...merged.refusals], work, deps);
  const writes = [gone(work, deps), ...lost];
  const answer = await changeAtSource(changeOf(content, fields), work, source, writes, deps);
  if (answer.refused === undefined) return tombstoneOf(work);
  const refusal: Refusal = { fields, wanted: content, kept: wanted, reason: answer.refused };
  return refuseMove([refusal], [deps.store.mappings.merge(tenantId, siblingId, { state: 'deleting' })], work, deps);
}

/**
 * Records that the event is to come back, before anything is removed where it is now: from this moment on its absence
 * cancels nothing.
 */
async function refuseMove(
  refusals: readonly Refusal[],
  writes: readonly Write[],
  work: ReconcileWork,
  deps: SyncDeps,
): Promise<StepOutcome> {
  const { tenantId, mapping, updateTime } = work;
  const stated = { state: 'stated', etag: undefined, agreed: undefined } as const;
  await deps.documents.commit([
    deps.store.mappings.update(tenantId, mapping.id, stated, updateTime),
    ...proposalWrites(refusals, work, deps),
    ...writes,
  ]);
  return tombstoneOf(work);
}

/** True when the sibling's resource holds the event and its mapping names this very calendar event. */
async function belongsThere({ binding, event }: OnSibling, work: ReconcileWork, deps: SyncDeps): Promise<boolean> {
  if (work.event?.resourceId !== binding.resourceId) return false;
  const mappingId = mappingIdOf(work.mapping.eventId, binding.id);
  const mapping = await deps.store.mappings.get(deps.documents, work.tenantId, mappingId);
  return mapping?.remoteId === event.remoteId;
}

function claim(siblingId: string, { binding, event }: OnSibling, { tenantId, mapping }: ReconcileWork, deps: SyncDeps) {
  return deps.store.mappings.merge(tenantId, siblingId, {
    eventId: mapping.eventId,
    bindingId: binding.id,
    resourceId: binding.resourceId,
    end: mapping.end,
    state: 'live',
    remoteId: event.remoteId,
    etag: event.etag,
    agreed: event.ownership?.stamp,
    updatedAt: instantOf(deps.clock.now()),
  });
}

/** Written with what the booking system answered: the event is known to stand here no more. */
function gone({ tenantId, mapping }: ReconcileWork, deps: SyncDeps): Write {
  return deps.store.mappings.update(tenantId, mapping.id, { state: 'gone', etag: undefined, agreed: undefined });
}

function tombstoneOf({ mapping }: ReconcileWork): StepOutcome {
  return { lookAgain: { state: 'cancelled', remoteId: mapping.remoteId as string } };
}
