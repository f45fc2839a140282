import type { LedgerEvent } from '../domain/event.ts';
import type { EventState } from './commit-changes.ts';

/** What was last said of an event, without what the ledger and staff decided about it and what it counts. */
export function saidOf(event: LedgerEvent): Omit<EventState, 'staffReleasedAt'> {
  const {
    revision: _,
    firstSeenAt: __,
    updatedAt: ___,
    overriddenBy: ____,
    mergedInto: _____,
    staffReleasedAt: ______,
    timeRevision: _______,
    freedRevision: ________,
    ...said
  } = event;
  return said;
}
