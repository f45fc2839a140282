import type { Booking } from '../domain/booking.ts';
import { InvalidInput, NotFound, PreconditionFailed, Rejected } from '../domain/errors.ts';
import type { LedgerEvent } from '../domain/event.ts';
import { sameInterval } from '../domain/interval.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { BookingChange } from '../ports/booking-system.ts';
import type { Write } from '../ports/document-store.ts';
import { askSource, type SourceAnswer } from './ask-source.ts';
import type { SyncDeps } from './deps.ts';
import { cancelDirect } from './direct/cancel-direct.ts';
import { changeDirect } from './direct/change-direct.ts';
import type { ReconcileWork, SystemSource, WritableSource } from './reconcile-work.ts';

/** A change that is asked for. */
interface Asked {
  readonly change: BookingChange;
  /** The mapping before it said so. */
  readonly before: Mapping;
  /** Where the mapping says of which version. */
  readonly as: 'askedOf' | 'askedToMove';
}

/**
 * Has a booking changed at its source as somebody changed it on a calendar, with `writes` in the commit of what the source
 * answers. The mapping says so already; where nothing was asked after all, it says again what it said before. A booking
 * system judges by its own rules; of bookings made with us only taken time is refused, because whoever may write to the
 * calendar is staff.
 * @throws as `askSource`; Contended.
 */
export async function changeAtSource(
  asked: Asked,
  work: ReconcileWork,
  source: WritableSource,
  writes: readonly Write[],
  deps: SyncDeps,
): Promise<SourceAnswer> {
  const { tenantId, binding } = work;
  if (source.system) return askSystem(asked, work, source, writes, deps);
  const calendar = { bindingId: binding.id, writes };
  const booking = work.event as LedgerEvent;
  return askLedger(() =>
    changeDirect({ tenantId, booking, change: { ...asked.change, ignoreRules: true }, calendar }, deps),
  );
}

async function askSystem(
  { change, before, as }: Asked,
  work: ReconcileWork,
  source: SystemSource,
  writes: readonly Write[],
  deps: SyncDeps,
): Promise<SourceAnswer> {
  let isAsked = false;
  const act = (booking: Booking) => {
    isAsked = true;
    return source.system.change(booking.id, change, booking.version);
  };
  const isDone = (booking: Booking) =>
    before[as] !== undefined && booking.version === before[as] + 1 && isAsChanged(booking, change);
  const sayAsBefore = async () => {
    const { tenantId, mapping } = work;
    if (isAsked || mapping[as] === before[as]) return;
    await deps.documents.commit([deps.store.mappings.update(tenantId, mapping.id, { [as]: before[as] })]);
  };
  try {
    const answer = await askSource(work, source, writes, deps, act, isDone);
    if (answer === 'moved-on') await sayAsBefore();
    return answer;
  } catch (error) {
    await sayAsBefore();
    throw error;
  }
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
