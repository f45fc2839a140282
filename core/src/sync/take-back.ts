import type { Binding } from '../domain/binding.ts';
import { type Content, type ContentField, changedFields, differingFields } from '../domain/content.ts';
import { mappingIdOf } from '../domain/identity.ts';
import type { Mapping } from '../domain/mapping.ts';
import { insertEvent, readEvent, stands } from './apply-to-calendar.ts';
import { calendarOf, type SyncDeps } from './deps.ts';
import { enqueueReconciles } from './enqueue-reconciles.ts';
import { findOnSiblings, type OnSibling } from './find-on-siblings.ts';
import { giveBack } from './give-back.ts';
import { findHolder, handOver } from './hand-over.ts';
import { keepProposals } from './keep-proposal.ts';
import { OURS_ALWAYS, type Refusal, refusedRemoval } from './plan-reconcile.ts';
import type { StepOutcome } from './reconcile-event.ts';
import type { ReconcileWork } from './reconcile-work.ts';
import { settleMapping } from './settle-mapping.ts';
import { stateFirst } from './state-first.ts';

/** What was seen of the event on other calendars is dealt with. */
const NOT_ELSEWHERE = { seenElsewhere: undefined, handedOver: undefined } as const;

/**
 * Whatever stands under the event's id on a calendar where it does not belong is removed there. Then the event is put
 * back with `content`, or without one settled as gone.
 */
export async function takeBack(
  content: Content | undefined,
  work: ReconcileWork,
  deps: SyncDeps,
): Promise<StepOutcome> {
  const strays = await findStrays(work, deps);
  if (content === undefined && strays.length > 0) {
    const holder = await findHolder(work, deps);
    if (holder) return handOver(holder, undefined, work, deps);
  }
  const isTold = content !== undefined && work.mapping.moveRefused === true;
  const stated = strays.length === 0 ? work : await stateTaking(content !== undefined, work, deps);
  const cleared = await removeOrGiveBack(strays, isTold, stated, deps);
  if (content === undefined && strays.length === 0) await tellOfRemoval(work, deps);
  return content ? insertEvent(content, [], cleared, deps) : settleMapping(cleared, { state: 'gone' }, deps);
}

/**
 * Whoever put the event on its calendar before it was dragged away may hear so late: it does not stand there for that. One
 * that does not come back is nobody's deletion, should its booking do.
 */
async function stateTaking(isReturning: boolean, work: ReconcileWork, deps: SyncDeps): Promise<ReconcileWork> {
  if (!isReturning) return stateFirst({ state: 'deleting' }, [], work, deps);
  return work.mapping.returning ? work : stateFirst({ returning: true }, [], work, deps);
}

/**
 * Removes what stands under the event's id on other calendars, provided that it does stand on its own. What was written on
 * one since it was handed over is first taken to its source, by the mapping of that calendar.
 */
export async function clearStrays(work: ReconcileWork, deps: SyncDeps): Promise<StepOutcome> {
  const strays = await findStrays(work, deps);
  // Read after the others: one that was moved there meanwhile is no stray.
  const own = await readEvent(work);
  if (!stands(own)) return own;
  const { tenantId, mapping, updateTime } = await removeOrGiveBack(strays, false, work, deps);
  await deps.documents.commit([deps.store.mappings.update(tenantId, mapping.id, NOT_ELSEWHERE, updateTime)]);
  return own;
}

/**
 * Removes strays, but for those which somebody wrote on and nobody has followed: their calendars' mappings look again. A
 * calendar that is being unbound leaves all to them that they name.
 */
async function removeOrGiveBack(
  strays: readonly Stray[],
  isTold: boolean,
  work: ReconcileWork,
  deps: SyncDeps,
): Promise<ReconcileWork> {
  const givenBack: Mapping[] = [];
  const isLeaving = work.binding.state === 'removing';
  for (const stray of strays) {
    if (stray.namedBy && (isLeaving || isEditedSince(stray, work))) givenBack.push(stray.namedBy);
    else await removeStray(stray, isTold, work, deps);
  }
  if (givenBack.length === 0) return work;
  // Each hands it over again, in the version that it has then followed.
  const { writes, marked } = giveBack(work.tenantId, givenBack, deps);
  const stated = await stateFirst(NOT_ELSEWHERE, writes, work, deps);
  await enqueueReconciles(work.tenantId, marked, deps);
  return stated;
}

/** Whether staff wrote on an event between its being handed over and its removal: nobody has followed that yet. */
function isEditedSince(stray: Stray, work: ReconcileWork): boolean {
  const { handedOver } = work.mapping;
  const { binding, event, namedBy } = stray;
  if (namedBy?.state !== 'gone' || binding.state !== 'active') return false;
  const isUnread = namedBy.inbound !== undefined || (handedOver !== undefined && handedOver !== event.etag);
  return isUnread && lostWith(stray, work).length > 0;
}

/**
 * Removes what a process put on this calendar and died before it took it off again, because the mapping had come to name
 * another event. What a mapping names by now is none.
 */
export async function clearLeftover(work: ReconcileWork, deps: SyncDeps): Promise<StepOutcome> {
  const { tenantId, mapping, updateTime, binding, provider, calendar } = work;
  const remoteId = mapping.leftover as string;
  const mappings = await deps.store.mappings.ofEvent(deps.documents, tenantId, mapping.eventId);
  const isNamed = mappings.some((other) => other.remoteId === remoteId);
  const event = isNamed ? null : await provider.get(calendar, remoteId);
  if (event?.state === 'live' && event.ownership?.eventId === mapping.eventId) {
    await removeStray({ binding, event, namedBy: null }, false, work, deps);
  }
  await deps.documents.commit([deps.store.mappings.update(tenantId, mapping.id, { leftover: undefined }, updateTime)]);
  return { lookAgain: 'unread' };
}

/** A stray, and the mapping of its calendar where that names it. */
interface Stray extends OnSibling {
  readonly namedBy: Mapping | null;
}

/** The events by this one's id on calendars where it does not belong. */
async function findStrays(work: ReconcileWork, deps: SyncDeps): Promise<Stray[]> {
  const { standing: found } = await findOnSiblings(work, deps, 'all');
  const ids = found.map(({ binding }) => mappingIdOf(work.mapping.eventId, binding.id));
  const mappings = await deps.store.mappings.getMany(deps.documents, work.tenantId, ids);
  return found.flatMap((on, index) => {
    const mapping = mappings[index];
    const namedBy = mapping?.remoteId === on.event.remoteId ? mapping : null;
    return namedBy && work.event?.resourceId === on.binding.resourceId ? [] : [{ ...on, namedBy }];
  });
}

/** What somebody wanted with an event that is to be removed: what they wrote on it, and where they dragged it. */
function lostWith({ binding, event }: Stray, { said }: ReconcileWork): Refusal[] {
  const { content, ownership } = event;
  const stamp = ownership?.stamp;
  if (!said || stamp === undefined) return [];
  const apart = new Set(differingFields(content, said));
  const isDragged = content.resourceId !== binding.resourceId && said.resourceId !== binding.resourceId;
  const fields: ContentField[] = [
    ...changedFields(content, stamp).filter((field) => apart.has(field) && !OURS_ALWAYS.has(field)),
    ...(isDragged ? (['resource'] as const) : []),
  ];
  const wanted = { ...content, resourceId: binding.resourceId };
  return fields.length === 0 ? [] : [{ fields, wanted, kept: said, reason: whyLost(said) }];
}

/** Staff deleted the event while the booking system moved the booking to a resource where it has an event of its own. */
async function tellOfRemoval(work: ReconcileWork, deps: SyncDeps): Promise<void> {
  const { mapping, said, past } = work;
  if (mapping.state !== 'live' || mapping.inbound === undefined || past || !said || said.status === 'cancelled') return;
  if (await findHolder(work, deps)) return;
  await keepProposals([refusedRemoval(said, whyLost(said))], work, deps);
}

function whyLost({ status }: Content): string {
  return status === 'cancelled' ? 'cancelled' : 'changed_in_booking_system';
}

/**
 * A calendar that is paused keeps what was dragged there until it is resumed.
 * @throws PreconditionFailed when it was changed since it was found.
 */
async function removeStray(stray: Stray, isTold: boolean, work: ReconcileWork, deps: SyncDeps): Promise<void> {
  const { tenantId, mapping } = work;
  const { binding, event, namedBy } = stray;
  const { calendarId, provider } = binding;
  const { remoteId, etag } = event;
  const ids = { tenantId, eventId: mapping.eventId, bindingId: binding.id, calendarId, remoteId };
  if (binding.state === 'paused' && (await isLeftForNow(binding, work, deps))) {
    deps.log.info('event.left-while-paused', ids);
    return;
  }
  if (!isTold) await keepProposals(lostWith(stray, work), work, deps);
  if (namedBy?.state === 'live') {
    await deps.documents.commit([deps.store.mappings.update(tenantId, namedBy.id, { state: 'deleting' })]);
  }
  await deps.calendars[provider].delete(calendarOf(binding), remoteId, { ifMatch: etag });
  deps.log.info('event.taken-back', { direction: 'to-calendar', ...ids });
}

/** Without its sync token the calendar is read whole when it is resumed, and what does not belong there is found. */
function isLeftForNow({ id }: Binding, { tenantId }: ReconcileWork, { documents, store }: SyncDeps): Promise<boolean> {
  return documents.transact(async (transaction) => {
    const current = await store.bindings.get(transaction, tenantId, id);
    if (current?.state !== 'paused') return false;
    transaction.write(store.bindings.update(tenantId, id, { syncToken: undefined }));
    return true;
  });
}
