import { NotFound, PreconditionFailed } from '../../domain/errors.ts';
import type { LedgerEvent } from '../../domain/event.ts';
import { instantOf } from '../../domain/interval.ts';
import type { Write } from '../../ports/document-store.ts';
import { commitDirect, type DirectDeps } from './commit-direct.ts';
import { isDirect } from './direct-booking.ts';

export interface CancelDirectInput {
  readonly tenantId: string;
  readonly eventId: string;
  /** The booking is cancelled only in this revision. */
  readonly ifRevision?: number;
  /** Why, as whoever cancels it says; kept with the run that tells of it. */
  readonly reason?: string;
  /** Its removal from the calendar of a binding, with what is to be written in the same transaction. */
  readonly calendar?: { readonly bindingId: string; readonly writes: readonly Write[] };
}

/**
 * Cancels a booking that was made with us, or lets go of a hold; done also when that was done before.
 * @throws NotFound; PreconditionFailed; Contended; what the document store and the queue throw.
 */
export async function cancelDirect(input: CancelDirectInput, deps: DirectDeps): Promise<LedgerEvent> {
  const { tenantId, eventId, ifRevision, reason, calendar } = input;
  const at = instantOf(deps.clock.now());
  return commitDirect(
    {
      ...{ tenantId, eventId, flow: 'cancel-booking', trigger: calendar ? 'calendar' : 'api', claims: [], ...calendar },
      ...(reason !== undefined && { reason }),
      decide: (known) => {
        if (!known || !isDirect(known)) throw new NotFound('no booking by that id');
        if (known.status === 'cancelled') return null;
        if (ifRevision !== undefined && known.revision !== ifRevision) {
          throw new PreconditionFailed('the booking was changed meanwhile');
        }
        return { ...known, status: 'cancelled', modifiedAt: at, lastSeenAt: at };
      },
    },
    deps,
  );
}
