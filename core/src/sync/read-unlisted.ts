import type { Binding } from '../domain/binding.ts';
import { instantOf } from '../domain/interval.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { CalendarEvent } from '../ports/calendar-provider.ts';
import { calendarOf, type SyncDeps } from './deps.ts';

/** What a calendar has by the id of an event that a full read did not list: null when it knows nothing of it. */
interface Unlisted {
  readonly mapping: Mapping;
  readonly item: CalendarEvent | null;
}

/**
 * Asks a calendar, one by one, for the mapped events that a full read did not list and that may have been deleted there. One
 * whose insert was stated may have been put there and deleted again before the answer is here, and is then taken for one
 * that stands: nothing would ever tell of its deletion again, as the sync token comes after it.
 */
export async function* readUnlisted(
  listed: ReadonlySet<string>,
  { tenantId, binding }: { readonly tenantId: string; readonly binding: Binding },
  { store, documents, calendars, clock }: Pick<SyncDeps, 'store' | 'documents' | 'calendars' | 'clock'>,
): AsyncGenerator<Unlisted> {
  const where = [
    { field: 'bindingId', op: '==', value: binding.id },
    { field: 'state', op: 'in', value: ['live', 'stated'] },
    { field: 'end', op: '>', value: instantOf(clock.now()).slice(0, 10) },
  ] as const;
  for await (const mappings of store.mappings.each(documents, tenantId, { where, orderBy: { field: 'end' } })) {
    for (const mapping of mappings) {
      const { remoteId, state } = mapping;
      if (remoteId === undefined || listed.has(remoteId)) continue;
      const item = await calendars[binding.provider].get(calendarOf(binding), remoteId);
      if (state === 'live' || isDeletedSince(item, binding)) yield { mapping, item };
    }
  }
}

/** Ids are derived: what was deleted before the calendar was bound is none that was put there since, and will be revived. */
function isDeletedSince(item: CalendarEvent | null, { createdAt }: Binding): boolean {
  return item?.state === 'cancelled' && (item.updatedAt === undefined || item.updatedAt >= createdAt);
}
