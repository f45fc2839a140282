import { type Content, type ContentField, stampOf } from '../domain/content.ts';
import { AccessRevoked, AlreadyExists, NotFound, PreconditionFailed, Rejected } from '../domain/errors.ts';
import { holdsTime, isBooking } from '../domain/event.ts';
import { statedPart } from '../ledger/outbox-marks.ts';
import type { CalendarEvent, EventPatch, LiveCalendarEvent, Ownership } from '../ports/calendar-provider.ts';
import type { SyncDeps } from './deps.ts';
import { keepProposals } from './keep-proposal.ts';
import type { ReconcileState, Refusal } from './plan-reconcile.ts';
import type { StepOutcome } from './reconcile-event.ts';
import type { ReconcileWork } from './reconcile-work.ts';
import { settleMapping } from './settle-mapping.ts';
import { stateFirst } from './state-first.ts';

/** Reads the calendar event under the mapping's id. */
export async function readEvent(work: ReconcileWork): Promise<StepOutcome> {
  const { remoteId } = work.mapping;
  return { lookAgain: remoteId === undefined ? null : await work.provider.get(work.calendar, remoteId) };
}

/** Whether an event is known to be there. */
export function isLive(remote: ReconcileState['remote']): boolean {
  return remote !== null && remote !== 'unread' && remote.state === 'live';
}

/** The same of what a step read. */
export function stands(outcome: StepOutcome): boolean {
  return outcome !== 'settled' && isLive(outcome.lookAgain);
}

/**
 * Inserts the event under its stated id. An id that is taken is read: ours stands there already, or it is revived, or
 * the next generation is stated.
 */
export async function insertEvent(
  content: Content,
  refusals: readonly Refusal[],
  work: ReconcileWork,
  deps: SyncDeps,
): Promise<StepOutcome> {
  const { mapping, provider, calendar } = work;
  if (mapping.remoteId === undefined) return stateGeneration(work, mapping.generation, deps);
  await keepProposals(refusals, work, deps);
  try {
    const inserted = await provider.insert(calendar, mapping.remoteId, {
      content,
      ownership: ownershipOf(work, content),
      private: work.binding.visibility === 'busy-only',
    });
    logWrite('event.inserted', work, deps);
    return await settlePlaced(inserted, content, work, deps);
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
  }
  const existing = await provider.get(calendar, mapping.remoteId);
  if (existing?.state === 'cancelled') return reviveEvent(existing, content, work, deps);
  if (existing?.ownership?.eventId === mapping.eventId) return { lookAgain: existing };
  return stateGeneration(work, mapping.generation + 1, deps);
}

/** Writes the fields that differ, and the stamp. If the etag no longer holds, the event is read and planned again. */
export async function writeEvent(
  plan: {
    readonly content: Content;
    readonly fields: readonly ContentField[];
    readonly ifMatch: string;
    readonly refusals: readonly Refusal[];
  },
  work: ReconcileWork,
  deps: SyncDeps,
): Promise<StepOutcome> {
  const { provider, calendar, mapping } = work;
  const { content, fields, ifMatch } = plan;
  const remoteId = mapping.remoteId as string;
  await keepProposals(plan.refusals, work, deps);
  try {
    const written = await provider.patch(calendar, remoteId, patchOf(work, content, fields), { ifMatch });
    logWrite('event.written', work, deps);
    return await settleWritten(written, content, work, deps);
  } catch (error) {
    if (!(error instanceof PreconditionFailed || error instanceof NotFound)) throw error;
    return { lookAgain: await provider.get(calendar, remoteId) };
  }
}

/**
 * Removes the event, after the mapping says so: a tombstone seen from then on is our own doing. If the etag no longer
 * holds, the event is read and planned again.
 * @param remote what is known of the event.
 */
export async function removeEvent(
  { ifMatch, refusals }: { readonly ifMatch: string; readonly refusals: readonly Refusal[] },
  work: ReconcileWork,
  remote: ReconcileState['remote'],
  deps: SyncDeps,
): Promise<StepOutcome> {
  const { mapping, provider, calendar, tenantId } = work;
  if (mapping.state !== 'deleting') {
    await deps.documents.commit([
      deps.store.mappings.update(tenantId, mapping.id, { state: 'deleting' }, work.updateTime),
    ]);
    return { lookAgain: remote };
  }
  await keepProposals(refusals, work, deps);
  try {
    await provider.delete(calendar, mapping.remoteId as string, { ifMatch });
  } catch (error) {
    if (!(error instanceof PreconditionFailed)) throw error;
    return readEvent(work);
  }
  logWrite('event.removed', work, deps);
  return settleMapping(work, { state: 'gone' }, deps);
}

/**
 * Calendars differ on whether a deleted event may be revived (see docs/provider-quirks.md): if not, take a new id. One that
 * another worker has just revived may have been edited since. That it is to stand is stated first: deleted again before the
 * answer is here, it is missed.
 * @throws PreconditionFailed when it was, or its mapping.
 */
async function reviveEvent(
  tombstone: CalendarEvent,
  content: Content,
  found: ReconcileWork,
  deps: SyncDeps,
): Promise<StepOutcome> {
  const wasGone = found.mapping.state === 'gone' || found.mapping.state === 'deleting';
  const work = wasGone ? await stateFirst({ state: 'stated', etag: tombstone.etag }, [], found, deps) : found;
  try {
    const patch = patchOf(work, content, ['interval', 'title', 'status', 'resource']);
    const { etag } = tombstone;
    const ifUnchanged = etag === undefined ? {} : { ifMatch: etag };
    const revived = await work.provider.patch(work.calendar, tombstone.remoteId, patch, ifUnchanged);
    logWrite('event.revived', work, deps);
    return await settlePlaced(revived, content, work, deps);
  } catch (error) {
    if (!(error instanceof Rejected || error instanceof AccessRevoked || error instanceof NotFound)) throw error;
    deps.log.info('event.revival-refused', { tenantId: work.tenantId, eventId: work.mapping.eventId });
    return stateGeneration(work, work.mapping.generation + 1, deps);
  }
}

async function stateGeneration(work: ReconcileWork, generation: number, deps: SyncDeps): Promise<StepOutcome> {
  const { tenantId, mapping, updateTime } = work;
  const part = statedPart(tenantId, mapping.eventId, mapping.bindingId, generation);
  await deps.documents.commit([deps.store.mappings.update(tenantId, mapping.id, part, updateTime)]);
  return { lookAgain: 'unread' };
}

function settleWritten(
  written: LiveCalendarEvent | CalendarEvent,
  content: Content,
  work: ReconcileWork,
  deps: SyncDeps,
): Promise<'settled'> {
  return settleMapping(work, { state: 'live', agreed: stampOf(content), etag: written.etag }, deps);
}

/**
 * The same of an event that did not stand before: taken off again when its mapping, meanwhile, came to name one that was
 * dragged here. Nobody else would know of it.
 * @throws PreconditionFailed when it did.
 */
async function settlePlaced(
  placed: LiveCalendarEvent | CalendarEvent,
  content: Content,
  work: ReconcileWork,
  deps: SyncDeps,
): Promise<'settled'> {
  try {
    return await settleWritten(placed, content, work, deps);
  } catch (error) {
    if (!(error instanceof PreconditionFailed)) throw error;
    await work.provider.delete(
      work.calendar,
      placed.remoteId,
      placed.etag === undefined ? {} : { ifMatch: placed.etag },
    );
    logWrite('event.withdrawn', work, deps);
    throw error;
  }
}

function patchOf(work: ReconcileWork, content: Content, fields: readonly ContentField[]): EventPatch {
  return {
    ownership: ownershipOf(work, content),
    ...(fields.includes('interval') && { interval: { start: content.start, end: content.end } }),
    ...(fields.includes('title') && { title: content.title }),
    ...(fields.includes('status') && { status: content.status }),
    ...(fields.includes('resource') && { resourceId: content.resourceId }),
  };
}

function ownershipOf({ mapping, event }: ReconcileWork, content: Content): Ownership {
  return {
    eventId: mapping.eventId,
    stamp: stampOf(content),
    ...(event && isBooking(event) && { bookingId: event.source.externalUid }),
  };
}

function logWrite(action: string, work: ReconcileWork, deps: SyncDeps): void {
  const { tenantId, mapping, binding, event } = work;
  deps.log.info(action, {
    direction: 'to-calendar',
    tenantId,
    eventId: mapping.eventId,
    bindingId: binding.id,
    calendarId: binding.calendarId,
    resourceId: binding.resourceId,
    remoteId: mapping.remoteId,
    bookingId: event?.source.type === 'booking-system' ? event.source.externalUid : undefined,
    reason: event && !holdsTime(event) ? event.status : undefined,
  });
}
