import type { Booking } from '../domain/booking.ts';
import { InvalidInput, NotFound, PreconditionFailed, Rejected } from '../domain/errors.ts';
import type { LedgerEvent } from '../domain/event.ts';
import { sameInterval } from '../domain/interval.ts';
import type { BookingChange } from '../ports/booking-system.ts';
import type { Write } from '../ports/document-store.ts';
import { askSource, type SourceAnswer } from './ask-source.ts';
import type { SyncDeps } from './deps.ts';
import { cancelDirect } from './direct/cancel-direct.ts';
import { changeDirect } from './direct/change-direct.ts';
import type { ReconcileWork, WritableSource } from './reconcile-work.ts';

/** A change that is asked for. */
interface Asked {
  readonly change: BookingChange;
  /** The version of which it was asked before, without an answer, if it was. */
  readonly before: number | undefined;
  /**
   * Records of which version it is asked, where bookings have any, at the last moment before.
   * @throws PreconditionFailed when that must be planned again.
   */
  readonly state: (version: number | undefined) => Promise<void>;
}

/**
 * Has a booking changed at its source as somebody changed it on a calendar, with `writes` in the commit of what the source
 * answers. A booking system judges by its own rules; of bookings made with us only taken time is refused, because whoever
 * may write to the calendar is staff.
 * @throws as `askSource`; Contended.
 */
export function changeAtSource(
  { change, before, state }: Asked,
  work: ReconcileWork,
  source: WritableSource,
  writes: readonly Write[],
  deps: SyncDeps,
): Promise<SourceAnswer> {
  if (source.system) {
    const { system } = source;
    const act = async (booking: Booking) => {
      await state(booking.version);
      return system.change(booking.id, change, booking.version);
    };
    const isDone = (booking: Booking) =>
      before !== undefined && booking.version === before + 1 && isAsChanged(booking, change);
    return askSource(work, source, writes, deps, act, isDone);
  }
  const { tenantId, binding } = work;
  const calendar = { bindingId: binding.id, writes };
  const booking = work.event as LedgerEvent;
  return askLedger(async () => {
    await state(undefined);
    return changeDirect({ tenantId, booking, change: { ...change, ignoreRules: true }, calendar }, deps);
  });
}

function isAsChanged(booking: Booking, { interval, resourceId, title }: BookingChange): boolean {
  return (
    (interval === undefined || sameInterval(interval, booking)) &&
    (resourceId === undefined || resourceId === booking.resourceId) &&
    (title === undefined || title === booking.title)
  );
}

/** The same for a booking whose event was deleted. */
export function cancelAtSource(
  reason: string,
  work: ReconcileWork,
  source: WritableSource,
  writes: readonly Write[],
  deps: SyncDeps,
): Promise<SourceAnswer> {
  if (source.system) {
    const { system } = source;
    return askSource(work, source, writes, deps, (booking) => system.cancel(booking.id, reason));
  }
  const { tenantId, binding } = work;
  const { id: eventId, revision: ifRevision } = work.event as LedgerEvent;
  return askLedger(() =>
    cancelDirect({ tenantId, eventId, ifRevision, reason, calendar: { bindingId: binding.id, writes } }, deps),
  );
}

async function askLedger(act: () => Promise<LedgerEvent>): Promise<SourceAnswer> {
  try {
    await act();
    return 'done';
  } catch (error) {
    // It moved on meanwhile: everything is planned again.
    if (error instanceof PreconditionFailed) return 'moved-on';
    if (error instanceof Rejected) return { refused: error.reason };
    if (error instanceof InvalidInput) return { refused: 'outside_ledger' };
    if (error instanceof NotFound) return { refused: 'unknown_booking' };
    throw error;
  }
}
