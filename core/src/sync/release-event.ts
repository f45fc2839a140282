import { NotFound, Rejected } from '../domain/errors.ts';
import { holdsTime, isOwn, type LedgerEvent } from '../domain/event.ts';
import { instantOf } from '../domain/interval.ts';
import { commitChanges } from '../ledger/commit-changes.ts';
import type { SyncDeps } from './deps.ts';
import { enqueueReconciles } from './enqueue-reconciles.ts';
import { recordRun } from './record-run.ts';

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
    if (event.source.type === 'booking-system' || event.source.type === 'direct') {
      throw new Rejected('cancel the booking instead: its booking system holds the time', {
        reason: 'held_by_booking_system',
      });
    }
    if (!isOwn(event) && !event.optional) {
      throw new Rejected('the time is taken by a related resource, by a rule that leaves no choice', {
        reason: 'inherited',
      });
    }
    return { ...event, staffReleasedAt: now };
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
  flow: string,
  deps: SyncDeps,
  change: (
    event: LedgerEvent,
    now: string,
  ) => Omit<LedgerEvent, 'staffReleasedAt'> & { staffReleasedAt: string | null },
): Promise<LedgerEvent> {
  const startedAt = deps.clock.now();
  const result = await commitChanges(
    {
      tenantId,
      eventIds: [eventId],
      decide: (current) => {
        const event = current.get(eventId);
        if (!event) throw new NotFound(`no event "${eventId}"`);
        return { events: [change(event, instantOf(startedAt))] };
      },
    },
    deps,
  );
  await enqueueReconciles(tenantId, result.marked, deps);
  const changed = result.changes.find(({ after }) => after.id === eventId)?.after as LedgerEvent;
  const { resourceId } = changed;
  const changes = result.changes.map(({ after }) => ({
    action: flow,
    eventId: after.id,
    resourceId: after.resourceId,
  }));
  const counts = { changed: changes.length, conflicts: result.conflicts };
  await recordRun(
    { tenantId, flow, trigger: 'staff', status: 'success', resourceId, startedAt, counts, changes },
    deps,
  );
  deps.log.info('event.decided', { tenantId, eventId, resourceId, reason: flow });
  return changed;
}
