import { InvalidInput, NotFound, PreconditionFailed, Rejected } from '../domain/errors.ts';
import type { LedgerEvent } from '../domain/event.ts';
import type { BookingChange } from '../ports/booking-system.ts';
import type { Write } from '../ports/document-store.ts';
import { askSource, type SourceAnswer } from './ask-source.ts';
import type { SyncDeps } from './deps.ts';
import { cancelDirect } from './direct/cancel-direct.ts';
import { changeDirect } from './direct/change-direct.ts';
import type { ReconcileWork, WritableSource } from './reconcile-work.ts';

/**
 * Has a booking changed at its source as somebody changed it on a calendar, with `writes` in the commit of what the source
 * answers. A booking system judges by its own rules; of bookings made with us only taken time is refused, because whoever
 * may write to the calendar is staff.
 * @throws as `askSource`; Contended.
 */
export function changeAtSource(
  change: BookingChange,
  work: ReconcileWork,
  source: WritableSource,
  writes: readonly Write[],
  deps: SyncDeps,
): Promise<SourceAnswer> {
  if (source.system) {
    const { system } = source;
    return askSource(work, source, writes, deps, (booking) => system.change(booking.id, change, booking.version));
  }
  const calendar = { bindingId: work.binding.id, writes };
  const booking = work.event as LedgerEvent;
  return askLedger(() =>
    changeDirect({ tenantId: work.tenantId, booking, change: { ...change, ignoreRules: true }, calendar }, deps),
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
