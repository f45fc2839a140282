import type { Binding } from '../domain/binding.ts';
import { changedFields } from '../domain/content.ts';
import { AccessRevoked, NotFound } from '../domain/errors.ts';
import type { Mapping } from '../domain/mapping.ts';
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

/** What other calendars have by the id of an event. */
export interface SiblingView {
  readonly standing: readonly OnSibling[];
  /** Where it stood and does not any more: calendar and version. */
  readonly tombstones: readonly string[];
}

/**
 * Looks for this mapping's id on the other calendars of the tenant; `first` looks no further than to one that has it. An
 * event that a person moves keeps its id (provider docs, events.move); a copy gets a new one. A paused calendar is asked
 * too: what was moved there was not deleted.
 *
 * A sibling we cannot read right now throws: not having looked everywhere is no evidence of a cancellation.
 */
export async function findOnSiblings(
  work: ReconcileWork,
  deps: Pick<SyncDeps, 'documents' | 'store' | 'calendars'>,
  which: 'first' | 'all',
): Promise<SiblingView> {
  const remoteId = work.mapping.remoteId as string;
  const all = await deps.store.bindings.query(deps.documents, work.tenantId);
  const siblings = all.filter(
    (other) => other.id !== work.binding.id && (other.state === 'active' || other.state === 'paused'),
  );
  const standing: OnSibling[] = [];
  const tombstones: string[] = [];
  for (let from = 0; from < siblings.length && (which === 'all' || standing.length === 0); from += AT_ONCE) {
    const some = siblings.slice(from, from + AT_ONCE);
    const read = await Promise.all(some.map((binding) => readSibling(binding, remoteId, deps)));
    for (const [index, event] of read.entries()) {
      const binding = some[index] as Binding;
      if (event?.state === 'live' && event.ownership) standing.push({ binding, event });
      if (event?.state === 'cancelled') tombstones.push(`${binding.id} ${event.etag}`);
    }
  }
  return { standing, tombstones };
}

/**
 * Whether an event that was dragged to a sibling's calendar was written there since `mapping`, of the calendar it left, last
 * saw it: the booking had come to stand there, too. That it is wanted back is news of its source.
 */
export function isWrittenThere({ binding, event }: OnSibling, { agreed }: Pick<Mapping, 'agreed'>): boolean {
  const stamp = event.ownership?.stamp;
  if (agreed === undefined || stamp === undefined || stamp === agreed) return false;
  return !changedFields({ ...event.content, resourceId: binding.resourceId }, stamp).includes('resource');
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
