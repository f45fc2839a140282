import { stampOf } from '../domain/content.ts';
import { TemporarilyUnavailable } from '../domain/errors.ts';
import { instantOf } from '../domain/interval.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { LiveCalendarEvent } from '../ports/calendar-provider.ts';
import type { PartOf } from '../store/collection.ts';
import type { SyncDeps } from './deps.ts';
import type { OnSibling } from './find-on-siblings.ts';
import type { StepOutcome } from './reconcile-event.ts';
import type { ReconcileWork } from './reconcile-work.ts';

/** What the mapping of the calendar to which an event was dragged is to say, so that it owns that event. */
export function claimPart({ binding, event }: OnSibling, { mapping }: ReconcileWork, deps: SyncDeps): PartOf<Mapping> {
  return {
    eventId: mapping.eventId,
    bindingId: binding.id,
    resourceId: binding.resourceId,
    end: mapping.end,
    state: 'live',
    remoteId: event.remoteId,
    shared: true,
    returning: undefined,
    etag: event.etag,
    agreed: event.ownership?.stamp,
    taken: [stampOf(event.content)],
    updatedAt: instantOf(deps.clock.now()),
  };
}

/**
 * What comes before an event that was dragged there is claimed for that mapping: null for nothing. Where it names another
 * event that stands, or is just being put there or removed, that one would be left to nobody. The booking was moved there by
 * its source, too, and everything is planned again from that; or it was before, and that calendar is to get rid of its
 * event first. For one at rest, or given up, nobody waits.
 * @throws TemporarilyUnavailable while that calendar is not rid of its event.
 */
export async function beforeClaim(
  { binding: sibling, event: moved }: OnSibling,
  its: Mapping | undefined,
  { tenantId, event, binding }: ReconcileWork,
  { documents, store }: Pick<SyncDeps, 'documents' | 'store'>,
): Promise<StepOutcome | null> {
  if (!its || sibling.state !== 'active' || !namesAnother(its, moved)) return null;
  const current = event && (await store.events.get(documents, tenantId, event.id));
  if (current && current.resourceId !== binding.resourceId) return { lookAgain: 'unread' };
  const isWorkedOn = (its.dirty !== undefined || its.inbound !== undefined) && its.parked === undefined;
  if (!isWorkedOn) return null;
  throw new TemporarilyUnavailable(
    'the calendar to which the event was dragged still has another event of the booking',
  );
}

function namesAnother({ state, remoteId }: Mapping, moved: LiveCalendarEvent): boolean {
  const mayStand = state === 'live' || state === 'stated' || state === 'deleting';
  return mayStand && remoteId !== undefined && remoteId !== moved.remoteId;
}
