import type { Binding } from '../domain/binding.ts';
import { AccessRevoked, NotFound } from '../domain/errors.ts';
import type { LiveCalendarEvent } from '../ports/calendar-provider.ts';
import { calendarOf, type SyncDeps } from './deps.ts';
import type { ReconcileWork } from './reconcile-work.ts';

/** Calendars asked at a time: enough to be quick, few enough for the provider's quota. */
const AT_ONCE = 4;

/** A live event with our mark, and the binding of the calendar it stands on. */
export interface OnSibling {
  readonly binding: Binding;
  readonly event: LiveCalendarEvent;
}

/**
 * The live event with this mapping's id on another calendar of the tenant, and that calendar's binding; null when it is
 * on none. An event that a person moves keeps its id (provider docs, events.move); a copy gets a new one. A paused
 * calendar is asked too: what was moved there was not deleted.
 *
 * A sibling we cannot read right now throws: not having looked everywhere is no evidence of a cancellation.
 */
export async function findOnSiblings(
  work: ReconcileWork,
  deps: Pick<SyncDeps, 'documents' | 'store' | 'calendars'>,
): Promise<OnSibling | null> {
  const remoteId = work.mapping.remoteId as string;
  const all = await deps.store.bindings.query(deps.documents, work.tenantId);
  const siblings = all.filter(
    (other) => other.id !== work.binding.id && (other.state === 'active' || other.state === 'paused'),
  );
  for (let from = 0; from < siblings.length; from += AT_ONCE) {
    const found = await Promise.all(
      siblings.slice(from, from + AT_ONCE).map(async (binding) => {
        const event = await readSibling(binding, remoteId, deps);
        return event?.state === 'live' && event.ownership ? { binding, event } : null;
      }),
    );
    const hit = found.find((candidate) => candidate !== null);
    if (hit) return hit;
  }
  return null;
}

/** A calendar that was taken from us or is gone holds nothing we could take the event to. */
async function readSibling(binding: Binding, remoteId: string, deps: Pick<SyncDeps, 'calendars'>) {
  try {
    return await deps.calendars[binding.provider].get(calendarOf(binding), remoteId);
  } catch (error) {
    if (error instanceof AccessRevoked || error instanceof NotFound) return null;
    throw error;
  }
}
