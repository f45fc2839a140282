import { type Conflict, conflictIdOf } from '../domain/conflict.ts';
import type { LedgerView } from './ledger-view.ts';

/** How a conflict stands. */
export type ConflictDecision = Pick<Conflict, 'status' | 'winnerEventId' | 'resolvedBy' | 'reason'>;

/**
 * What staff decided between bookings, by the id of the conflict of the events that show them now: a booking may be shown
 * by another source than when they decided. Of several decisions the last one counts. Their conflicts are loaded.
 */
export function staffDecisions(
  pairs: Iterable<{ readonly a: string; readonly b: string }>,
  view: LedgerView,
): ReadonlyMap<string, ConflictDecision> {
  const last = new Map<string, Conflict>();
  for (const { a, b } of pairs) {
    const conflict = view.conflict(conflictIdOf(a, b));
    if (conflict?.resolvedBy !== 'staff') continue;
    const key = conflictIdOf(shownBy(a, view), shownBy(b, view));
    const known = last.get(key);
    if (!known || known.updatedAt < conflict.updatedAt) last.set(key, conflict);
  }
  return new Map([...last].map(([key, conflict]) => [key, decisionOf(conflict, view)]));
}

function decisionOf({ status, winnerEventId, resolvedBy, reason }: Conflict, view: LedgerView): ConflictDecision {
  return {
    ...{ status, reason },
    ...(winnerEventId !== undefined && { winnerEventId: shownBy(winnerEventId, view) }),
    ...(resolvedBy !== undefined && { resolvedBy }),
  };
}

function shownBy(eventId: string, view: LedgerView): string {
  return view.event(eventId)?.mergedInto ?? eventId;
}
