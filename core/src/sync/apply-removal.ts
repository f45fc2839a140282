import { isDeepStrictEqual } from 'node:util';
import { type Content, type ContentField, differingFields } from '../domain/content.ts';
import { mappingIdOf } from '../domain/identity.ts';
import { instantOf } from '../domain/interval.ts';
import type { Mapping } from '../domain/mapping.ts';
import { inboundPart } from '../ledger/outbox-marks.ts';
import type { CancelledCalendarEvent } from '../ports/calendar-provider.ts';
import type { Write } from '../ports/document-store.ts';
import type { PartOf } from '../store/collection.ts';
import { insertEvent, readEvent, stands } from './apply-to-calendar.ts';
import { changeOf } from './ask-source.ts';
import { beforeClaim, claimPart } from './claim-sibling.ts';
import { countVanished } from './count-removals.ts';
import type { SyncDeps } from './deps.ts';
import { cancelAtSource, changeAtSource } from './edit-source.ts';
import { findOnSiblings, isWrittenThere, type OnSibling, type SiblingView } from './find-on-siblings.ts';
import { keepAgain, keepProposals, proposalWrites } from './keep-proposal.ts';
import { mergeEdits, type Refusal, refusedRemoval } from './plan-reconcile.ts';
import type { StepOutcome } from './reconcile-event.ts';
import { isAnswered, isOvertaken, type ReconcileWork, type WritableSource } from './reconcile-work.ts';
import { settleMapping } from './settle-mapping.ts';
import { stateFirst } from './state-first.ts';

/**
 * An event vanished from its calendar. Live on a sibling calendar, it was moved there: its booking moves to that
 * resource, or, where that cannot be, the event comes back. Otherwise it is put back for the reason in `refusal`, or its
 * booking is cancelled, unless so many vanished at once that staff must say so first, or said that it is to come back.
 */
export async function findOrCancel(
  { refusal, tombstone }: { readonly refusal?: Refusal | undefined; readonly tombstone: CancelledCalendarEvent },
  work: ReconcileWork,
  source: WritableSource | null,
  deps: SyncDeps,
): Promise<StepOutcome> {
  const { mapping, binding, tenantId } = work;
  const wanted = work.wanted as Content;
  const view = await findOnSiblings(work, deps, 'first');
  const [moved] = view.standing;
  if (moved) return followMove(moved, work, source, deps);
  const again = await movedMeanwhile(tombstone, view, work, deps);
  if (again) return again;
  if (mapping.removalDecided === 'restored') return insertEvent(wanted, [], work, deps);
  if (refusal || !source) return insertEvent(wanted, refusal ? [refusal] : [], work, deps);
  if (!isCounted(mapping)) return countFirst(work, deps);
  if (binding.removalsHeldAt !== undefined && mapping.removalDecided === undefined) {
    deps.log.warn('removal.held', { tenantId, eventId: mapping.eventId, bindingId: binding.id });
    // What was taken from it before it vanished is to be known still when staff have decided.
    return settleMapping(work, { heldAt: instantOf(deps.clock.now()), taken: mapping.taken }, deps);
  }
  if (!(await isAsRead(work, deps))) return { lookAgain: 'unread' };
  const answer = await cancelAtSource('cancelled on the calendar', work, source, [gone(work, deps)], deps);
  // Read again, as in a slow answer's time it may have been put back.
  if (answer === 'done' || answer === 'moved-on') return readEvent(work);
  return insertEvent(wanted, [refusedRemoval(wanted, answer.refused)], work, deps);
}

function isCounted({ vanished, heldAt, removalDecided }: Mapping): boolean {
  return vanished !== undefined || heldAt !== undefined || removalDecided !== undefined;
}

/** No pull has seen it go: it counts among the recent removals, too, before its booking is cancelled. */
async function countFirst({ tenantId, mapping, binding }: ReconcileWork, deps: SyncDeps): Promise<StepOutcome> {
  const vanished = { tenantId, bindingId: binding.id, count: 1, mappingIds: [mapping.id] };
  await countVanished(vanished, [deps.store.mappings.update(tenantId, mapping.id, { vanished: true })], deps);
  return { lookAgain: 'unread' };
}

/**
 * Dragged about while we looked, the event was on none of the calendars at the moment we looked there. It was nowhere only
 * if all of them say the same once more; otherwise another look is needed.
 */
async function movedMeanwhile(
  tombstone: CancelledCalendarEvent,
  { tombstones }: SiblingView,
  work: ReconcileWork,
  deps: SyncDeps,
): Promise<StepOutcome | null> {
  const own = await readEvent(work);
  if (stands(own) || versionOf(own) !== tombstone.etag) return own;
  // It came here from nowhere else, nor can it have gone from one of the others to the next.
  if (tombstones.length === 0) return null;
  const view = await findOnSiblings(work, deps, 'all');
  const isSame = view.standing.length === 0 && isDeepStrictEqual(view.tombstones, tombstones);
  return isSame ? null : own;
}

/**
 * Whether the mapping is still as it was before we looked. It states everything of ours that takes an event off a calendar
 * before that is done, so an absence that was seen beside it is none of our making.
 */
async function isAsRead({ tenantId, mapping, updateTime }: ReconcileWork, deps: SyncDeps): Promise<boolean> {
  const current = await deps.store.mappings.getVersioned(deps.documents, tenantId, mapping.id);
  return current?.updateTime === updateTime;
}

function versionOf(outcome: StepOutcome): string | undefined {
  const remote = outcome === 'settled' ? null : outcome.lookAgain;
  return remote === null || remote === 'unread' ? undefined : remote.etag;
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
  // What its source said since brings it back. Nobody was told of that, so what is written on it there is told when it goes.
  if (isWrittenThere(moved, work.mapping)) return stateReturn({}, [], work, deps);
  const kept = work.wanted as Content;
  const refusal = { fields: ['resource'], wanted: { ...kept, resourceId }, kept } as const;
  if (!source?.fields.has('resource') || direction !== 'two-way') {
    return refuseMove([{ ...refusal, reason: 'no_writable_source' }], [], work, deps);
  }
  if (!isOvertaken(work.mapping.askedToMove, work)) return moveAtSource(moved, work, source, deps);
  const { refusals } = mergeEdits({ ...work, writable: source.fields, isOvertaken: true }, moved.event, kept);
  return refuseMove([{ ...refusal, reason: 'changed_in_booking_system' }, ...refusals], [], work, deps);
}

/**
 * Moves the booking to the sibling's resource. The sibling's mapping states which event it owns before the booking
 * system is asked, so that whoever hears of the answer first drives that event and inserts no second one. Should nobody
 * live to hear it, the sweep has that mapping looked at. It states the same with the answer: an event that was dragged
 * away from there meanwhile is missed, and looked for. It knows, too, of which version the booking system was asked: what
 * that says after the move is its own word, also where it says what it said before. Where that mapping has an event of its
 * own, that comes first.
 */
async function moveAtSource(
  { binding: sibling, event: moved }: OnSibling,
  found: ReconcileWork,
  source: WritableSource,
  deps: SyncDeps,
): Promise<StepOutcome> {
  const { tenantId, mapping } = found;
  const wanted = found.wanted as Content;
  const siblingId = mappingIdOf(mapping.eventId, sibling.id);
  const known = await deps.store.mappings.getVersioned(deps.documents, tenantId, siblingId);
  const first = await beforeClaim({ binding: sibling, event: moved }, known?.value, found, deps);
  if (first) return first;
  const before = isAnswered(mapping.askedToMove, found) ? undefined : mapping.askedToMove;
  const claim = claimPart({ binding: sibling, event: moved }, found, deps);
  const awaited = { ...claim, askedOf: before, ...inboundPart(deps.newId(), deps.clock.now()) };
  const writes = [
    known
      ? deps.store.mappings.update(tenantId, siblingId, awaited, known.updateTime)
      : deps.store.mappings.merge(tenantId, siblingId, awaited),
  ];
  let work = await stateFirst({ shared: true, askedToMove: before }, writes, found, deps);
  const merged = mergeEdits({ ...found, writable: source.fields }, moved, wanted);
  const content = { ...merged.content, resourceId: sibling.resourceId };
  const fields: ContentField[] = ['resource', ...differingFields(merged.content, wanted)];
  await keepProposals(merged.refusals, work, deps);
  const lost = proposalWrites(merged.overruled, work, deps);
  // Only news is committed with an answer, and that is the version after the one we know: of that one it was asked.
  const answered = { ...claim, askedOf: found.event?.booking?.version, inbound: undefined };
  const claimed = deps.store.mappings.merge(tenantId, siblingId, answered);
  const told = [gone(work, deps), claimed, ...lost];
  const asked = {
    change: changeOf(content, fields),
    before,
    state: async (version: number | undefined) => {
      const its = deps.store.mappings.update(tenantId, siblingId, { askedOf: version });
      work = await stateFirst({ askedToMove: version }, [its], work, deps);
    },
  };
  const answer = await changeAtSource(asked, work, source, told, deps);
  if (answer === 'done') await keepAgain(lost, deps);
  // Read again, as in a slow answer's time it may have been dragged back.
  if (answer === 'done' || answer === 'moved-on') return readEvent(work);
  const refusal: Refusal = { fields, wanted: content, kept: wanted, reason: answer.refused };
  return refuseMove([refusal], [deps.store.mappings.merge(tenantId, siblingId, { state: 'deleting' })], work, deps);
}

/** The event comes back, and what it was dragged for is kept as refused. */
function refuseMove(
  refusals: readonly Refusal[],
  writes: readonly Write[],
  work: ReconcileWork,
  deps: SyncDeps,
): Promise<StepOutcome> {
  return stateReturn({ moveRefused: true }, [...proposalWrites(refusals, work, deps), ...writes], work, deps);
}

/**
 * Records that the event is to come back, before anything is removed where it is now: from this moment on its absence
 * cancels nothing.
 */
async function stateReturn(
  part: Pick<PartOf<Mapping>, 'moveRefused'>,
  writes: readonly Write[],
  work: ReconcileWork,
  deps: SyncDeps,
): Promise<StepOutcome> {
  const { tenantId, mapping, updateTime } = work;
  const stated = { state: 'stated', etag: undefined, agreed: undefined, returning: true, ...part } as const;
  await deps.documents.commit([deps.store.mappings.update(tenantId, mapping.id, stated, updateTime), ...writes]);
  return tombstoneOf(work);
}

/** Written with what the booking system answered: the event is known to stand here no more. */
function gone({ tenantId, mapping }: ReconcileWork, deps: SyncDeps): Write {
  const part = { state: 'gone', etag: undefined, agreed: undefined, askedToMove: undefined } as const;
  return deps.store.mappings.update(tenantId, mapping.id, part);
}

function tombstoneOf({ mapping }: ReconcileWork): StepOutcome {
  return { lookAgain: { state: 'cancelled', remoteId: mapping.remoteId as string } };
}
