import { NotFound, PreconditionFailed, Rejected } from '../../domain/errors.ts';
import { holdsTime, type LedgerEvent } from '../../domain/event.ts';
import { type Interval, instantOf, sameInterval } from '../../domain/interval.ts';
import type { Write } from '../../ports/document-store.ts';
import { type Claim, checkClaim, commitDirect, type DirectDeps } from './commit-direct.ts';
import { type BookingDetails, detailsOf, isDirect } from './direct-booking.ts';

/** What of a booking is to be otherwise; what is absent stays. */
export interface DirectChange extends BookingDetails {
  readonly interval?: Interval;
  readonly resourceId?: string;
  readonly ignoreRules?: boolean;
}

export interface ChangeDirectInput {
  readonly tenantId: string;
  /** As the caller knows it. */
  readonly booking: LedgerEvent;
  readonly change: DirectChange;
  /** An edit on the calendar of a binding, with what is to be written in the same transaction. */
  readonly calendar?: { readonly bindingId: string; readonly writes: readonly Write[] };
}

/**
 * Moves a booking that was made with us, or says something else of it. It keeps its id, and its time until the new one is
 * its own. A hold stays a hold, and lapses when it would have.
 * @throws TimeTaken, RulesBroken; Rejected with `cancelled` for one that no longer stands; PreconditionFailed when it is no
 * longer as the caller knows it; NotFound; Contended; what the document store and the queue throw.
 */
export async function changeDirect(input: ChangeDirectInput, deps: DirectDeps): Promise<LedgerEvent> {
  const { tenantId, booking, change, calendar } = input;
  const { start, end } = change.interval ?? booking;
  const resourceId = change.resourceId ?? booking.resourceId;
  const claim: Claim = { resourceId, start, end, ...(change.ignoreRules && { ignoreRules: true }) };
  const moves = resourceId !== booking.resourceId || !sameInterval(claim, booking);
  const now = deps.clock.now();
  const at = instantOf(now);
  return commitDirect(
    {
      ...{ tenantId, eventId: booking.id, flow: 'change-booking', trigger: calendar ? 'calendar' : 'api' },
      ...{ claims: moves ? [claim] : [], ...calendar },
      decide: (known, seen) => {
        if (!known || !isDirect(known)) throw new NotFound('no booking by that id');
        if (!holdsTime(known)) throw new Rejected('the booking no longer stands', { reason: 'cancelled' });
        if (known.revision !== booking.revision) throw new PreconditionFailed('the booking was changed meanwhile');
        if (moves) checkClaim(claim, booking.id, seen, now);
        const details = detailsOf(change, known);
        return { ...known, resourceId, start, end, ...details, modifiedAt: at, lastSeenAt: at };
      },
    },
    deps,
  );
}
