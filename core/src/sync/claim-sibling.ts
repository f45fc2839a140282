import type { Binding } from '../domain/binding.ts';
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
    etag: event.etag,
    agreed: event.ownership?.stamp,
    taken: [stampOf(event.content)],
    updatedAt: instantOf(deps.clock.now()),
  };
}

/**
 * Whether that mapping names another event which stands, or is just being put there or removed: owning the one that was
 * dragged there, it would leave that to nobody. A calendar at rest gets rid of nothing that could be waited for.
 */
export function hasItsOwn(
  { state, remoteId }: Mapping,
  { state: itsState }: Binding,
  moved: LiveCalendarEvent,
): boolean {
  const mayStand = state === 'live' || state === 'stated' || state === 'deleting';
  return mayStand && remoteId !== undefined && remoteId !== moved.remoteId && itsState === 'active';
}

/**
 * The booking was moved there by its source, too, and everything is planned again from that; or it was before, and that
 * calendar is not rid of its event yet.
 * @throws TemporarilyUnavailable in the latter case.
 */
export async function awaitOther(
  { tenantId, event, binding }: ReconcileWork,
  { documents, store }: Pick<SyncDeps, 'documents' | 'store'>,
): Promise<StepOutcome> {
  const current = event && (await store.events.get(documents, tenantId, event.id));
  if (current && current.resourceId !== binding.resourceId) return { lookAgain: 'unread' };
  throw new TemporarilyUnavailable(
    'the calendar to which the event was dragged still has another event of the booking',
  );
}
