import { isDeepStrictEqual } from 'node:util';
import { holdsTime, type LedgerEvent } from '../domain/event.ts';
import { sameInterval } from '../domain/interval.ts';
import { withoutUndefined } from '../domain/without-undefined.ts';
import type { EventState } from './commit-changes.ts';
import type { Change } from './ledger-view.ts';

/**
 * The next revision of an event: what its source says of it, with what the ledger and staff decided before. Staff's
 * release of its time outlives what the source repeats, and ends when the source moves it. Pure.
 */
export function revise(state: EventState, before: LedgerEvent | undefined, now: string): Change {
  const { staffReleasedAt: asked, ...said } = withoutTimeRevisions(state);
  const kept = before && standsAlike(before, state);
  const released = asked === undefined ? (kept ? before.staffReleasedAt : undefined) : (asked ?? undefined);
  const after: LedgerEvent = {
    ...said,
    ...(released !== undefined && { staffReleasedAt: released, ...(holdsTime(said) && { status: 'released' }) }),
    ...(before?.overriddenBy !== undefined && { overriddenBy: before.overriddenBy }),
    ...(before?.mergedInto !== undefined && { mergedInto: before.mergedInto }),
    ...(before?.timeRevision !== undefined && { timeRevision: before.timeRevision }),
    ...(before?.freedRevision !== undefined && { freedRevision: before.freedRevision }),
    revision: (before?.revision ?? 0) + 1,
    firstSeenAt: before?.firstSeenAt ?? now,
    updatedAt: now,
  };
  return { before, after };
}

const BEARING = [
  'resourceId',
  'kind',
  'priority',
  'reservationCode',
  'status',
  'ambiguous',
  'until',
  'echoOf',
  'showedFirst',
] as const;

/**
 * True when conflicts, merged sources or relatives may see a difference. A later modification alone reopens nothing: who
 * goes first is decided when two come to share time.
 */
export function bearsOnOthers(before: LedgerEvent | undefined, after: LedgerEvent): boolean {
  if (!before) return holdsTime(after);
  return (
    !sameInterval(before, after) ||
    holdsTime(before) !== holdsTime(after) ||
    BEARING.some((field) => before[field] !== after[field]) ||
    before.guest?.phoneLast4 !== after.guest?.phoneLast4 ||
    before.guest?.phone !== after.guest?.phone ||
    before.guest?.count !== after.guest?.count
  );
}

/** True when readers of the resource's ledger would see a difference. */
export function changesAppearance(before: LedgerEvent | undefined, after: LedgerEvent): boolean {
  if (!before) return true;
  return (
    changesTime(before, after) ||
    changesContent(before, after) ||
    before.status !== after.status ||
    before.priority !== after.priority
  );
}

/** True when readers of the resource would see other time taken, or for another reason, or others of them would. */
export function changesTime(before: LedgerEvent | undefined, after: LedgerEvent): boolean {
  if (!before) return true;
  return (
    !sameInterval(before, after) ||
    holdsTime(before) !== holdsTime(after) ||
    (before.mergedInto === undefined) !== (after.mergedInto === undefined) ||
    (before.echoOf === undefined) !== (after.echoOf === undefined) ||
    (['resourceId', 'kind', 'until', 'overriddenBy', 'platform'] as const).some(
      (field) => before[field] !== after[field],
    )
  );
}

/** True when a calendar that mirrors the event has to be looked at. Holds stand on none. */
export function changesMirrors(before: LedgerEvent | undefined, after: LedgerEvent): boolean {
  if (!before) {
    return holdsTime(after) && [after.mergedInto, after.echoOf, after.until].every((field) => field === undefined);
  }
  const isHold = before.until !== undefined && after.until !== undefined;
  return !isHold && changesContent(before, after);
}

/** True when what a calendar says of it, or would if it were no hold, is something else. */
function changesContent(before: LedgerEvent, after: LedgerEvent): boolean {
  return (
    before.until !== after.until ||
    !sameInterval(before, after) ||
    before.title !== after.title ||
    before.resourceId !== after.resourceId ||
    holdsTime(before) !== holdsTime(after) ||
    (before.mergedInto === undefined) !== (after.mergedInto === undefined) ||
    (before.echoOf === undefined) !== (after.echoOf === undefined) ||
    (before.booking?.status === 'pending') !== (after.booking?.status === 'pending')
  );
}

/** True unless an event that was only looked at stayed as it was; how its source worded it is no part of it. */
export function isChange(
  { revision: _, updatedAt: __, raw: ___, ...before }: LedgerEvent,
  after: LedgerEvent,
): boolean {
  const { revision: ____, updatedAt: _____, raw: ______, ...next } = after;
  // The order of fields does not matter, in `source` neither: stores give it back in their own.
  return !isDeepStrictEqual(withoutUndefined(before), withoutUndefined(next));
}

/** Flows hand on events they have read; when one changed its time is not theirs to say. */
function withoutTimeRevisions(state: EventState & Pick<LedgerEvent, 'timeRevision' | 'freedRevision'>): EventState {
  const { timeRevision: _, freedRevision: __, ...rest } = state;
  return rest;
}

/** The event with the revision of its resource with which it changed its time. Pure. */
export function withTimeRevision({ before, after }: Change, timeRevision: number): LedgerEvent {
  const { freedRevision: _, ...rest } = after;
  const isAgain = before && !holdsTime(before) && holdsTime(after) && standsAlike(before, after);
  const freedRevision = isAgain ? before.timeRevision : undefined;
  return { ...rest, timeRevision, ...(freedRevision !== undefined && { freedRevision }) };
}

type Place = Pick<LedgerEvent, 'resourceId' | 'start' | 'end'>;

function standsAlike(before: Place, after: Place): boolean {
  return sameInterval(before, after) && before.resourceId === after.resourceId;
}
