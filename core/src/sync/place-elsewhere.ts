import type { Binding } from '../domain/binding.ts';
import type { LedgerEvent } from '../domain/event.ts';
import type { Mapping } from '../domain/mapping.ts';
import { subjectPart } from '../ledger/outbox-marks.ts';
import type { LiveCalendarEvent } from '../ports/calendar-provider.ts';
import type { PartOf } from '../store/collection.ts';
import type { SyncDeps } from './deps.ts';
import type { ItemFinding } from './read-changes.ts';

/** The calendar on which the event was found, and the ledger event that its mark names, if it names one. */
export interface FoundOn {
  readonly tenantId: string;
  readonly binding: Binding;
  /** The calendar was read whole. */
  readonly full: boolean;
  readonly eventId: string | undefined;
}

/**
 * What to make of an event with our mark that its binding does not count as standing. Standing on a sibling until now,
 * it was moved here, and the sibling's mapping is looked at. One that we had taken off this calendar was brought back by
 * somebody, and our mapping is looked at. One that we took off a sibling was moved here just before. In a full read, one
 * that belongs here and has no mapping is adopted. Anything else is somebody's copy and left alone.
 */
export async function placeElsewhere(on: FoundOn, item: LiveCalendarEvent, deps: SyncDeps): Promise<ItemFinding> {
  const { tenantId, binding, eventId } = on;
  const { remoteId } = item;
  const siblings = eventId === undefined ? [] : await deps.store.mappings.ofEvent(deps.documents, tenantId, eventId);
  const origins = siblings.filter((mapping) => mapping.remoteId === remoteId && mapping.bindingId !== binding.id);
  const origin = origins.find(({ state }) => state === 'live') ?? origins[0];
  const own = siblings.find((mapping) => mapping.bindingId === binding.id);
  const isBack = own?.remoteId === remoteId && origin?.state !== 'live';
  // Moved here long ago and kept when the calendar was unbound, it belongs here, also where it is still to leave the sibling.
  const event = isBack ? null : await adoptable(on, own, deps);
  const moved = isBack ? own : origin;
  if (!event && moved && moved.state !== 'detached') {
    const action = isBack ? 'brought-back' : 'moved-here';
    return {
      mark: {
        ...{ eventId: moved.eventId, bindingId: moved.bindingId, vanished: false },
        ...(!isBack && { elsewhere: true }),
      },
      change: { action, eventId: moved.eventId, remoteId, resourceId: binding.resourceId },
    };
  }
  if (event) {
    return {
      mark: { eventId: event.id, bindingId: binding.id, vanished: false, adoption: adoption(event, item, on, deps) },
      change: { action: 'adopted', eventId: event.id, remoteId },
    };
  }
  return {
    change: { action: 'copy-ignored', remoteId, ...(eventId !== undefined && { eventId }) },
    warning: `calendar event ${remoteId} carries our mark but is a copy; it is left alone`,
  };
}

/** Whether a mapping names no event that is known to stand. */
export function isFree(mapping: Mapping | null | undefined): boolean {
  return !mapping || mapping.state === 'gone' || mapping.etag === undefined;
}

/** The ledger event that an item with its mark may become the calendar event of. */
async function adoptable(on: FoundOn, own: Mapping | undefined, deps: SyncDeps): Promise<LedgerEvent | null> {
  if (!on.full || on.eventId === undefined || !isFree(own)) return null;
  const event = await deps.store.events.get(deps.documents, on.tenantId, on.eventId);
  return event?.resourceId === on.binding.resourceId ? event : null;
}

function adoption(event: LedgerEvent, item: LiveCalendarEvent, { binding }: FoundOn, deps: SyncDeps): PartOf<Mapping> {
  const { remoteId, etag } = item;
  return { ...subjectPart(event, binding, deps.clock.now()), remoteId, etag, state: 'live' };
}
