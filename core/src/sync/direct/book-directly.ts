import type { LedgerEvent } from '../../domain/event.ts';
import { instantOf } from '../../domain/interval.ts';
import { prioritiesOf } from '../../domain/priorities.ts';
import { type Claim, checkClaim, commitDirect, type DirectDeps } from './commit-direct.ts';
import { type BookingDetails, detailsOf, directSource, eventIdOfDirect } from './direct-booking.ts';

/** A booking that somebody makes with us. */
export interface DirectDraft extends Claim, BookingDetails {
  /** What the booking is called from now on; a second draft under it makes no second booking. */
  readonly id: string;
  /** The instant at which it lapses unless it is confirmed. Absent: it is confirmed. */
  readonly holdUntil?: string;
}

/**
 * Takes time on a resource if it is free: at once and for good, or held until it is confirmed. Of any number who ask for the
 * same time, one gets it.
 * @throws TimeTaken, RulesBroken; NotFound when the resource does not exist; Contended; what the document store and the
 * queue throw.
 */
export async function bookDirectly(
  { tenantId, draft }: { readonly tenantId: string; readonly draft: DirectDraft },
  deps: DirectDeps,
): Promise<LedgerEvent> {
  const { id: bookingId, holdUntil, title, guest, ...claim } = draft;
  const { resourceId, start, end } = claim;
  const eventId = eventIdOfDirect(bookingId);
  const tenant = await deps.store.tenants.get(deps.documents, tenantId);
  const now = deps.clock.now();
  const at = instantOf(now);
  return commitDirect(
    {
      ...{ tenantId, eventId, flow: 'book', trigger: 'api', claims: [claim] },
      decide: (known, seen) => {
        if (known) return null;
        checkClaim(claim, eventId, seen, now);
        return {
          ...{ id: eventId, resourceId, start, end, kind: 'reservation', status: 'active' },
          ...{ source: directSource(bookingId), priority: prioritiesOf(tenant?.priorities).manual },
          ...detailsOf({ ...(title !== undefined && { title }), ...(guest && { guest }) }),
          ...(holdUntil !== undefined && { until: holdUntil }),
          ...{ modifiedAt: at, lastSeenAt: at },
        };
      },
    },
    deps,
  );
}
