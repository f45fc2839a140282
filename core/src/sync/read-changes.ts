import type { Binding } from '../domain/binding.ts';
import { changedFields, type Stamp, stampOf } from '../domain/content.ts';
import { AccessRevoked, TemporarilyUnavailable } from '../domain/errors.ts';
import { mappingIdOf } from '../domain/identity.ts';
import { msOf } from '../domain/interval.ts';
import { type Mapping, takenWith } from '../domain/mapping.ts';
import type { RunChange } from '../domain/run.ts';
import type { CalendarEvent, LiveCalendarEvent } from '../ports/calendar-provider.ts';
import type { PartOf } from '../store/collection.ts';
import { type BusyFindings, readBlocks } from './busy-in/read-blocks.ts';
import { eventIdOfBooking } from './commit-booking.ts';
import { calendarOf, type SyncDeps } from './deps.ts';
import { placeElsewhere } from './place-elsewhere.ts';
import { planPull } from './plan-pull.ts';
import { readUnlisted } from './read-unlisted.ts';

/** One mapping to be marked `inbound`. */
export interface PlannedMark {
  readonly eventId: string;
  readonly bindingId: string;
  /** Its event, not over yet, is gone from the calendar. */
  readonly vanished: boolean;
  /** `taken` of the mapping with what its edited event says, unless an earlier edit is still being taken up. */
  readonly taken?: readonly Stamp[];
  /** Its event was seen on another calendar. */
  readonly elsewhere?: true;
  /** What the mapping is to say besides, when it is made for an event that is adopted. */
  readonly adoption?: PartOf<Mapping>;
}

/** What one read of a calendar found. Nothing of it is stored yet. */
export interface PullFindings {
  readonly full: boolean;
  readonly nextSyncToken: string;
  readonly seen: number;
  /** By mapping id. */
  readonly marks: ReadonlyMap<string, PlannedMark>;
  /** The earliest change among what was found, where the provider tells: should a push have told of it by now? */
  readonly earliestChangeAt?: string;
  readonly changes: readonly RunChange[];
  readonly warnings: readonly string[];
  /** What the calendar's own events mean, where they block the resource. */
  readonly blocks?: BusyFindings;
}

/** What one item adds to the findings. */
export interface ItemFinding {
  readonly mark?: PlannedMark;
  readonly change: RunChange;
  readonly warning?: string;
}

interface Collected {
  readonly binding: Binding;
  readonly tenantId: string;
  readonly full: boolean;
  seen: number;
  earliestChangeAt?: string;
  readonly marks: Map<string, PlannedMark>;
  readonly changes: RunChange[];
  readonly warnings: string[];
  /** What is not ours, where it blocks the resource. */
  readonly unmanaged: CalendarEvent[];
}

/**
 * Reads a calendar, incrementally from `syncToken` or whole without one, and says which mappings need a look. It stores
 * nothing. In a full read, mapped events that were not listed are fetched one by one: only a tombstone is a removal.
 * @throws SyncTokenExpired; AccessRevoked when we may no longer write there, before any item is believed.
 */
export async function readChanges(
  tenantId: string,
  binding: Binding,
  syncToken: string | undefined,
  deps: SyncDeps,
): Promise<PullFindings> {
  const provider = deps.calendars[binding.provider];
  const full = syncToken === undefined;
  const found: Collected = {
    ...{ binding, tenantId, full, seen: 0 },
    ...{ marks: new Map(), changes: [], warnings: [], unmanaged: [] },
  };
  const listed = new Set<string>();
  let { timeZone } = binding;
  let nextSyncToken: string | undefined;
  let pageToken: string | undefined;
  do {
    const page = await provider.list(calendarOf(binding), {
      ...(syncToken !== undefined && { syncToken }),
      ...(pageToken !== undefined && { pageToken }),
      ...(binding.busyIn && { unmanaged: true }),
    });
    if (!page.canWrite) throw new AccessRevoked('the calendar is no longer shared with us for writing');
    if (full) for (const item of page.items) listed.add(item.remoteId);
    await judgeItems(page.items, found, deps);
    ({ nextPageToken: pageToken, nextSyncToken } = page);
    timeZone = page.timeZone ?? timeZone;
  } while (pageToken !== undefined);
  if (nextSyncToken === undefined) throw new TemporarilyUnavailable('the calendar was not listed to its end');
  if (full) {
    for await (const { mapping, item } of readUnlisted(listed, found, deps)) {
      if (item) await judgeItems([item], found, deps);
      else add(forgotten(mapping, binding), found);
    }
  }
  const { unmanaged: items, ...findings } = found;
  if (!binding.busyIn) return { ...findings, nextSyncToken };
  const blocks = await readBlocks({ tenantId, binding, items, full, timeZone, nextSyncToken }, deps);
  return { ...findings, nextSyncToken, blocks };
}

async function judgeItems(items: readonly CalendarEvent[], found: Collected, deps: SyncDeps): Promise<void> {
  found.seen += items.length;
  const mappings = await mappingsOf(items, found, deps);
  for (const item of items) {
    const mapping = mappings.get(item.remoteId) ?? null;
    const verdict = planPull(item, mapping);
    if (verdict === 'echo') continue;
    if (verdict === 'unmanaged') {
      if (!found.binding.busyIn) continue;
      found.unmanaged.push(item);
      // Of what was there before, a full read tells nothing new.
      if (found.full) continue;
    } else if (verdict === 'elsewhere') {
      const live = item as LiveCalendarEvent;
      const { tenantId, binding, full } = found;
      add(await placeElsewhere({ tenantId, binding, full, eventId: ownedEventId(live, binding) }, live, deps), found);
    } else {
      const { eventId, end, inbound } = mapping as Mapping;
      const vanished = verdict === 'vanished' && msOf(end) > deps.clock.now();
      const isFirst = inbound === undefined && isTouched(item);
      const taken = isFirst && { taken: takenWith(stampOf(item.content), mapping as Mapping) };
      const mark = { eventId, bindingId: found.binding.id, vanished, ...taken };
      add({ mark, change: { action: verdict, eventId, remoteId: item.remoteId } }, found);
    }
    if (item.updatedAt !== undefined && !(item.updatedAt > (found.earliestChangeAt ?? '~'))) {
      found.earliestChangeAt = item.updatedAt;
    }
  }
}

/**
 * Whether somebody else wrote on an event since we last did. One that says what we wrote may have been listed before we wrote
 * something else, and nothing is taken from it.
 */
function isTouched(item: CalendarEvent): item is LiveCalendarEvent {
  const stamp = item.state === 'live' ? item.ownership?.stamp : undefined;
  return stamp !== undefined && item.state === 'live' && changedFields(item.content, stamp).length > 0;
}

function add({ mark, change, warning }: ItemFinding, found: Collected): void {
  if (mark) found.marks.set(mappingIdOf(mark.eventId, mark.bindingId), mark);
  found.changes.push(change);
  if (warning !== undefined) found.warnings.push(warning);
}

/** The binding's mapping for each item, by remote id: through the mark where there is one, else through the id. */
async function mappingsOf(
  items: readonly CalendarEvent[],
  { tenantId, binding }: Collected,
  { store, documents }: SyncDeps,
): Promise<Map<string, Mapping>> {
  const byRemoteId = new Map<string, Mapping>();
  const marked: { readonly remoteId: string; readonly mappingId: string }[] = [];
  const unmarked: string[] = [];
  for (const { remoteId, ...item } of items) {
    const eventId = item.state === 'live' ? ownedEventId(item, binding) : undefined;
    if (eventId === undefined) unmarked.push(remoteId);
    else marked.push({ remoteId, mappingId: mappingIdOf(eventId, binding.id) });
  }
  const ids = marked.map(({ mappingId }) => mappingId);
  const found = await store.mappings.getMany(documents, tenantId, ids);
  marked.forEach(({ remoteId }, index) => {
    const mapping = found[index];
    if (mapping) byRemoteId.set(remoteId, mapping);
  });
  for (const mapping of await store.mappings.byRemoteIds(documents, tenantId, binding.id, unmarked)) {
    if (mapping.remoteId !== undefined) byRemoteId.set(mapping.remoteId, mapping);
  }
  return byRemoteId;
}

/** The ledger event an item's mark names. Older software wrote only the booking's id. */
function ownedEventId({ ownership }: Pick<LiveCalendarEvent, 'ownership'>, { systemId }: Binding): string | undefined {
  if (ownership?.eventId !== undefined) return ownership.eventId;
  if (ownership?.bookingId === undefined || systemId === undefined) return undefined;
  return eventIdOfBooking(systemId, ownership.bookingId);
}

/** The calendar knows nothing of the id: no evidence of a removal, so reconciling will put the event back. */
function forgotten({ eventId, remoteId }: Mapping, { id }: Binding): ItemFinding {
  return {
    mark: { eventId, bindingId: id, vanished: false },
    change: { action: 'forgotten', eventId },
    warning: `the calendar has forgotten event ${remoteId}; it is put back`,
  };
}
