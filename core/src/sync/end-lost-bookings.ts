import type { LedgerEvent } from '../domain/event.ts';
import { instantOf, toTimestamp } from '../domain/interval.ts';
import type { RunChange } from '../domain/run.ts';
import { type CommitDeps, commitChanges, type EventState, tellOpened } from '../ledger/commit-changes.ts';
import { commitInParts } from '../ledger/commit-in-parts.ts';
import type { SyncDeps } from './deps.ts';
import { enqueueReconciles } from './enqueue-reconciles.ts';

/** Bookings that are to be said lost. */
export interface LostBookings {
  readonly tenantId: string;
  readonly events: readonly LedgerEvent[];
  readonly status: 'missing' | 'cancelled';
  /** Milliseconds since 1970. */
  readonly askedAt: number;
}

const REASONS = {
  missing: 'its booking system does not know it',
  cancelled: 'its booking system has not known it for hours, or staff say that it is gone',
} as const;

/**
 * Commits that the booking system does not know these bookings: `missing` ones go on holding their time, `cancelled` ones
 * free it, also on the calendars. `askedAt` is when it was asked, or a little earlier: what it says later is news. One
 * that changed since it was read is left as it is. Answers what changed, for the run.
 * @throws what the ledger and the queue throw.
 */
export async function endLostBookings(
  { tenantId, events, status, askedAt }: LostBookings,
  deps: Pick<SyncDeps, keyof CommitDeps | 'tasks'>,
): Promise<RunChange[]> {
  const changes: RunChange[] = [];
  await commitInParts(events, async (chunk) => {
    const result = await commitChanges(
      {
        tenantId,
        eventIds: chunk.map(({ id }) => id),
        isPart: true,
        decide: (current) => ({
          events: chunk.flatMap(({ id, revision }) => {
            const known = current.get(id);
            return known?.revision === revision ? [lostState(known, status, askedAt)] : [];
          }),
        }),
      },
      deps,
    );
    tellOpened(tenantId, result.opened, deps);
    await enqueueReconciles(tenantId, result.marked, deps);
    const ids = new Set(chunk.map(({ id }) => id));
    const ended = result.changes.filter(({ after }) => ids.has(after.id) && after.status === status);
    changes.push(...ended.map(({ after }) => changeOf(after, status)));
  });
  return changes;
}

/** What the ledger should say of a booking that its system does not know. Pure. */
function lostState(
  { staffReleasedAt: _, booking = { status: 'confirmed' }, ...said }: LedgerEvent,
  status: LostBookings['status'],
  askedAt: number,
): EventState {
  return {
    ...said,
    status,
    booking: {
      ...booking,
      ...(status === 'cancelled' && { status }),
      ...(booking.readAt !== undefined && { readAt: toTimestamp(new Date(askedAt).toISOString()) }),
      lostSince: booking.lostSince ?? instantOf(askedAt),
    },
  };
}

function changeOf({ id, resourceId, start, end }: LedgerEvent, action: LostBookings['status']): RunChange {
  return { action, eventId: id, resourceId, reason: REASONS[action], start, end };
}
