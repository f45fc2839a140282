import { NotFound, Rejected } from '../domain/errors.ts';
import { holdsTime, isOwn, type LedgerEvent } from '../domain/event.ts';
import { instantOf } from '../domain/interval.ts';
import type { UndoStep } from '../domain/undo.ts';
import { commitChanges, type Followed } from '../ledger/commit-changes.ts';
import type { Write } from '../ports/document-store.ts';
import type { SyncDeps } from './deps.ts';
import { enqueueReconciles } from './enqueue-reconciles.ts';
import { type RunReport, revertibleRunWrites } from './record-run.ts';

interface EventInput {
  readonly tenantId: string;
  readonly eventId: string;
}

/**
 * Staff free the time of an event although its source still shows it. The next reads of the source do not take it back;
 * a move at the source does.
 * @throws NotFound; Rejected with `held_by_booking_system` or `inherited` where the time is not staff's to free, and with
 * `not_holding` when it is free already.
 */
export function releaseEvent(input: EventInput, deps: SyncDeps): Promise<LedgerEvent> {
  return decide(input, 'release-event', deps, (event, now) => {
    if (!holdsTime(event)) throw new Rejected('the event holds no time', { reason: 'not_holding' });
    refuseBooking(event);
    if (!isOwn(event) && !event.optional) {
      throw new Rejected('the time is taken by a related resource, by a rule that leaves no choice', {
        reason: 'inherited',
      });
    }
    return { ...event, staffReleasedAt: now };
  });
}

/**
 * A booking of a booking system, or one made with us, holds its time until it is cancelled: freed here alone, it would be
 * sold twice. @throws Rejected with `held_by_booking_system`.
 */
export function refuseBooking({ source }: Pick<LedgerEvent, 'source'>): void {
  if (source.type !== 'booking-system' && source.type !== 'direct') return;
  throw new Rejected('cancel the booking instead: its booking system holds the time', {
    reason: 'held_by_booking_system',
  });
}

/** Takes back what `releaseEvent` did: the time is held again if the source still shows it. @throws NotFound, Rejected. */
export function restoreEvent(input: EventInput, deps: SyncDeps): Promise<LedgerEvent> {
  return decide(input, 'restore-event', deps, (event) => {
    if (event.staffReleasedAt === undefined) {
      throw new Rejected('staff did not release this event', { reason: 'not_released' });
    }
    const { status } = event;
    return { ...event, status: status === 'released' ? 'active' : status, staffReleasedAt: null };
  });
}

async function decide(
  { tenantId, eventId }: EventInput,
  flow: 'release-event' | 'restore-event',
  deps: SyncDeps,
  change: (
    event: LedgerEvent,
    now: string,
  ) => Omit<LedgerEvent, 'staffReleasedAt'> & { staffReleasedAt: string | null },
): Promise<LedgerEvent> {
  const startedAt = deps.clock.now();
  const runId = deps.newId();
  const result = await commitChanges(
    {
      tenantId,
      eventIds: [eventId],
      decide: (current) => {
        const event = current.get(eventId);
        if (!event) throw new NotFound(`no event "${eventId}"`);
        return {
          events: [change(event, instantOf(startedAt))],
          writes: (followed) => runWrites(runId, { tenantId, event, flow, startedAt }, followed, deps),
        };
      },
    },
    deps,
  );
  await enqueueReconciles(tenantId, result.marked, deps);
  const changed = result.changes.find(({ after }) => after.id === eventId)?.after as LedgerEvent;
  deps.log.info('event.decided', { tenantId, eventId, resourceId: changed.resourceId, reason: flow });
  return changed;
}

/** What was decided, and how to take it back, kept in the commit that does it. */
function runWrites(
  runId: string,
  decision: {
    readonly tenantId: string;
    /** As it was. */
    readonly event: LedgerEvent;
    readonly flow: 'release-event' | 'restore-event';
    readonly startedAt: number;
  },
  { changes, conflicts }: Followed,
  deps: SyncDeps,
): Write[] {
  const { tenantId, event, flow, startedAt } = decision;
  const { id: eventId, start, end, status, resourceId } = event;
  const step: UndoStep =
    flow === 'release-event'
      ? { type: 'released', eventId, releasedAt: instantOf(startedAt), status }
      : { type: 'restored', eventId, start, end };
  const report: RunReport = {
    ...{ tenantId, flow, trigger: 'staff', resourceId, startedAt },
    status: 'success',
    counts: { changed: changes.length, conflicts },
    changes: changes.map(({ after }) => ({ action: flow, eventId: after.id, resourceId: after.resourceId })),
  };
  return revertibleRunWrites(runId, report, [step], deps);
}
