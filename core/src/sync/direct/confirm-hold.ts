import { NotFound, Rejected } from '../../domain/errors.ts';
import { hasLapsed, type LedgerEvent } from '../../domain/event.ts';
import { instantOf } from '../../domain/interval.ts';
import type { Seen } from '../../ledger/commit-changes.ts';
import { checkFree, commitDirect, type DirectDeps } from './commit-direct.ts';
import { type BookingDetails, detailsOf, isDirect } from './direct-booking.ts';

/**
 * Makes a hold a booking for good, with what is known of the guest by now; one that is confirmed already stays as it is. A
 * hold that has lapsed is confirmed only if nobody took its time, also not too near for the resource's buffers; one that
 * has not, only if no reservation of another source came to stand there.
 * @throws TimeTaken; Rejected with `cancelled`; NotFound; Contended; what the document store and the queue throw.
 */
export async function confirmHold(
  input: { readonly tenantId: string; readonly hold: LedgerEvent; readonly details: BookingDetails },
  deps: DirectDeps,
): Promise<LedgerEvent> {
  const { tenantId, hold, details } = input;
  const at = instantOf(deps.clock.now());
  return commitDirect(
    {
      ...{ tenantId, eventId: hold.id, flow: 'confirm-hold', trigger: 'api', claims: [hold] },
      decide: (known, seen) => {
        if (!known || !isDirect(known)) throw new NotFound('no booking by that id');
        if (known.status === 'cancelled') throw new Rejected('the booking was cancelled', { reason: 'cancelled' });
        if (known.until === undefined) return null;
        checkStillFree(known, at, seen);
        const { until: _, ...rest } = known;
        return { ...rest, ...detailsOf(details, known), status: 'active', modifiedAt: at, lastSeenAt: at };
      },
    },
    deps,
  );
}

function checkStillFree(hold: LedgerEvent, at: string, seen: Seen): void {
  const resource = seen.resource(hold.resourceId);
  if (!resource) throw new NotFound(`no resource "${hold.resourceId}"`);
  const lapsed = hasLapsed(hold, at);
  const reservations: Pick<Seen, 'lines'> = {
    lines: (span) => seen.lines(span).filter(({ kind }) => kind === 'reservation'),
  };
  checkFree({ resource, interval: hold, ownId: hold.id, buffers: lapsed }, lapsed ? seen : reservations);
}
