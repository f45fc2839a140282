import type { Binding } from '../domain/binding.ts';
import { AccessRevoked } from '../domain/errors.ts';
import { mappingIdOf } from '../domain/identity.ts';
import { instantOf, msOf } from '../domain/interval.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { RunChange } from '../domain/run.ts';
import { type MarkedMapping, SWEEP_AFTER_MS } from '../ledger/commit-changes.ts';
import type { CalendarEvent, LiveCalendarEvent } from '../ports/calendar-provider.ts';
import type { Write } from '../ports/document-store.ts';
import { eventIdOfBooking } from './commit-booking.ts';
import { calendarOf, type SyncDeps } from './deps.ts';
import { planPull } from './plan-pull.ts';
import type { PullInput } from './pull-calendar.ts';

/** What one read of a calendar found. Its marks are already durable. */
export interface PullFindings {
  readonly full: boolean;
  readonly nextSyncToken: string;
  readonly seen: number;
  readonly marked: readonly MarkedMapping[];
  /** Those of `marked` whose event is gone from the calendar. */
  readonly vanished: readonly MarkedMapping[];
  /** Latest change of an edited event, for judging whether a push should have told of it. */
  readonly oldestEditAt?: string;
  readonly changes: readonly RunChange[];
  readonly warnings: readonly string[];
}

type Collected = { -readonly [K in keyof PullFindings]: PullFindings[K] } & {
  marked: MarkedMapping[];
  vanished: MarkedMapping[];
  changes: RunChange[];
  warnings: string[];
};

/**
 * Reads a calendar, incrementally from `syncToken` or whole without one, and durably marks every mapping that needs a
 * look. In a full read, mapped events that were not listed are fetched one by one: only a tombstone is a removal.
 * @throws SyncTokenExpired; AccessRevoked when we may no longer write there, before any item is believed.
 */
export async function readChanges(
  input: PullInput,
  binding: Binding,
  syncToken: string | undefined,
  deps: SyncDeps,
): Promise<PullFindings> {
  const provider = deps.calendars[binding.provider];
  const found: Collected = {
    full: syncToken === undefined,
    nextSyncToken: '',
    seen: 0,
    marked: [],
    vanished: [],
    changes: [],
    warnings: [],
  };
  const listed = new Set<string>();
  let pageToken: string | undefined;
  do {
    const page = await provider.list(calendarOf(binding), {
      ...(syncToken !== undefined && { syncToken }),
      ...(pageToken !== undefined && { pageToken }),
    });
    if (!page.canWrite) throw new AccessRevoked('the calendar is no longer shared with us for writing');
    if (found.full) for (const item of page.items) listed.add(item.remoteId);
    await markItems(input, binding, page.items, found, deps);
    pageToken = page.nextPageToken;
    found.nextSyncToken = page.nextSyncToken ?? '';
  } while (pageToken !== undefined);
  if (found.full) await lookForUnlisted(input, binding, listed, found, deps);
  return found;
}

async function markItems(
  input: PullInput,
  binding: Binding,
  items: readonly CalendarEvent[],
  found: Collected,
  deps: SyncDeps,
): Promise<void> {
  found.seen += items.length;
  const mappings = await mappingsOf(input.tenantId, binding, items, deps);
  const writes: Write[] = [];
  const mark = deps.newId();
  for (const item of items) {
    const mapping = mappings.get(item.remoteId) ?? null;
    const verdict = planPull(item, mapping);
    if (verdict === 'echo' || verdict === 'unmanaged') continue;
    if (verdict === 'elsewhere') {
      writes.push(...(await placeElsewhere(input, binding, item as LiveCalendarEvent, mark, found, deps)));
      continue;
    }
    const marked = { eventId: (mapping as Mapping).eventId, bindingId: binding.id, mark };
    writes.push(inboundMark(input.tenantId, mapping as Mapping, mark, deps));
    found.marked.push(marked);
    found.changes.push({ action: verdict, eventId: marked.eventId, remoteId: item.remoteId });
    if (verdict === 'vanished' && isFuture(mapping as Mapping, deps)) found.vanished.push(marked);
    if (item.state === 'live') found.oldestEditAt = earlier(found.oldestEditAt, item.updatedAt);
  }
  await commitInChunks(writes, deps);
}

/** The binding's mapping for each item, by remote id: through the mark where there is one, else through the id. */
async function mappingsOf(
  tenantId: string,
  binding: Binding,
  items: readonly CalendarEvent[],
  deps: SyncDeps,
): Promise<Map<string, Mapping>> {
  const byRemoteId = new Map<string, Mapping>();
  const marked: { readonly item: LiveCalendarEvent; readonly mappingId: string }[] = [];
  const unmarked: string[] = [];
  for (const item of items) {
    const eventId = item.state === 'live' ? ownedEventId(item, binding) : undefined;
    if (item.state === 'live' && eventId !== undefined)
      marked.push({ item, mappingId: mappingIdOf(eventId, binding.id) });
    else unmarked.push(item.remoteId);
  }
  const found = await deps.store.mappings.getMany(
    deps.documents,
    tenantId,
    marked.map(({ mappingId }) => mappingId),
  );
  found.forEach((mapping, index) => {
    const item = marked[index]?.item;
    if (mapping && item) byRemoteId.set(item.remoteId, mapping);
  });
  for (const mapping of await deps.store.mappings.byRemoteIds(deps.documents, tenantId, binding.id, unmarked)) {
    if (mapping.remoteId !== undefined) byRemoteId.set(mapping.remoteId, mapping);
  }
  return byRemoteId;
}

/** The ledger event an item's mark names. Older software wrote only the booking's id. */
function ownedEventId(item: LiveCalendarEvent, binding: Binding): string | undefined {
  const { ownership } = item;
  if (!ownership) return undefined;
  if (ownership.eventId !== undefined) return ownership.eventId;
  if (ownership.bookingId === undefined || binding.systemId === undefined) return undefined;
  return eventIdOfBooking(binding.systemId, ownership.bookingId);
}

/**
 * An event with our mark that this binding does not count as standing. Standing on a sibling until now, it was moved
 * here, and the sibling's mapping is looked at. One that we had taken off this calendar was brought back by somebody, and
 * our mapping is looked at. One that we took off a sibling was moved here just before. In a full read, one that belongs
 * here and has no mapping is adopted. Anything else is somebody's copy and left alone.
 */
async function placeElsewhere(
  input: PullInput,
  binding: Binding,
  item: LiveCalendarEvent,
  mark: string,
  found: Collected,
  deps: SyncDeps,
): Promise<Write[]> {
  const eventId = ownedEventId(item, binding);
  const siblings =
    eventId === undefined ? [] : await deps.store.mappings.ofEvent(deps.documents, input.tenantId, eventId);
  const origin = siblings.find((mapping) => mapping.remoteId === item.remoteId && mapping.bindingId !== binding.id);
  const own = siblings.find((mapping) => mapping.bindingId === binding.id);
  const isBack = own?.remoteId === item.remoteId && origin?.state !== 'live';
  const moved = isBack ? own : origin;
  if (moved && moved.state !== 'detached') {
    const { eventId, bindingId } = moved;
    found.marked.push({ eventId, bindingId, mark });
    found.changes.push({
      action: isBack ? 'brought-back' : 'moved-here',
      eventId,
      remoteId: item.remoteId,
      resourceId: binding.resourceId,
    });
    return [inboundMark(input.tenantId, moved, mark, deps)];
  }
  const event = eventId === undefined ? null : await deps.store.events.get(deps.documents, input.tenantId, eventId);
  if (
    found.full &&
    event?.resourceId === binding.resourceId &&
    (!own || own.state === 'gone' || own.etag === undefined)
  ) {
    found.marked.push({ eventId: event.id, bindingId: binding.id, mark });
    found.changes.push({ action: 'adopted', eventId: event.id, remoteId: item.remoteId });
    return [adoption(input.tenantId, binding, event, item, mark, deps)];
  }
  found.warnings.push(`calendar event ${item.remoteId} carries our mark but is a copy; it is left alone`);
  found.changes.push({ action: 'copy-ignored', remoteId: item.remoteId, ...(eventId !== undefined && { eventId }) });
  return [];
}

async function lookForUnlisted(
  input: PullInput,
  binding: Binding,
  listed: ReadonlySet<string>,
  found: Collected,
  deps: SyncDeps,
): Promise<void> {
  const provider = deps.calendars[binding.provider];
  const where = [
    { field: 'bindingId', op: '==', value: binding.id },
    { field: 'state', op: '==', value: 'live' },
    { field: 'end', op: '>', value: instantOf(deps.clock.now()).slice(0, 10) },
  ] as const;
  for await (const mappings of deps.store.mappings.each(deps.documents, input.tenantId, {
    where,
    orderBy: { field: 'end' },
  })) {
    for (const mapping of mappings) {
      if (mapping.remoteId === undefined || listed.has(mapping.remoteId)) continue;
      const item = await provider.get(calendarOf(binding), mapping.remoteId);
      if (item) await markItems(input, binding, [item], found, deps);
      else await markForgotten(input, binding, mapping, found, deps);
    }
  }
}

/** The calendar knows nothing of the id: no evidence of a removal, so reconciling will put the event back. */
async function markForgotten(
  input: PullInput,
  binding: Binding,
  mapping: Mapping,
  found: Collected,
  deps: SyncDeps,
): Promise<void> {
  const mark = deps.newId();
  await deps.documents.commit([inboundMark(input.tenantId, mapping, mark, deps)]);
  found.marked.push({ eventId: mapping.eventId, bindingId: binding.id, mark });
  found.changes.push({ action: 'forgotten', eventId: mapping.eventId });
  found.warnings.push(`the calendar has forgotten event ${mapping.remoteId}; it is put back`);
}

function inboundMark(tenantId: string, mapping: Mapping, mark: string, deps: SyncDeps): Write {
  return deps.store.mappings.update(tenantId, mapping.id, {
    inbound: mark,
    sweepAt: instantOf(deps.clock.now() + SWEEP_AFTER_MS),
    attempts: 0,
    nextAttemptAt: undefined,
    parked: undefined,
  });
}

function adoption(
  tenantId: string,
  binding: Binding,
  event: { readonly id: string; readonly end: string },
  item: LiveCalendarEvent,
  mark: string,
  deps: SyncDeps,
): Write {
  return deps.store.mappings.merge(tenantId, mappingIdOf(event.id, binding.id), {
    eventId: event.id,
    bindingId: binding.id,
    resourceId: binding.resourceId,
    end: event.end,
    remoteId: item.remoteId,
    etag: item.etag,
    state: 'live',
    inbound: mark,
    sweepAt: instantOf(deps.clock.now() + SWEEP_AFTER_MS),
    updatedAt: instantOf(deps.clock.now()),
  });
}

async function commitInChunks(writes: readonly Write[], deps: SyncDeps): Promise<void> {
  for (let from = 0; from < writes.length; from += 200) await deps.documents.commit(writes.slice(from, from + 200));
}

function isFuture(mapping: Mapping, deps: SyncDeps): boolean {
  return msOf(mapping.end) > deps.clock.now();
}

function earlier(known: string | undefined, candidate: string): string {
  return known !== undefined && known < candidate ? known : candidate;
}
