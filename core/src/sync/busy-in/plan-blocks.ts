import type { Binding } from '../../domain/binding.ts';
import { type EventSource, holdsTime, type LedgerEvent } from '../../domain/event.ts';
import { eventIdOf } from '../../domain/identity.ts';
import { sameInterval } from '../../domain/interval.ts';
import type { EventState } from '../../ledger/commit-changes.ts';
import type { BusyDate } from './busy-date.ts';
import { isOver } from './busy-window.ts';

/** What was learnt of one calendar event that is not ours, a series with all its dates. */
export interface SeenEvent {
  readonly remoteId: string;
  /** The time it takes. */
  readonly dates: readonly BusyDate[];
  /** Which of its blocks beside these hold no longer: all others, or those of the named dates alone. */
  readonly freed: 'others' | ReadonlySet<string>;
  /** The dates that were deleted on the calendar, not just freed or moved; an empty key stands for the event itself. */
  readonly deleted: ReadonlySet<string>;
}

/** What should become of one block. */
export interface BlockChange {
  readonly eventId: string;
  readonly remoteId: string;
  /** The time it takes; without it, the block goes. */
  readonly date?: BusyDate;
  /** Deleted on the calendar: as part of a bulk, the block stays until staff have decided. */
  readonly deletion?: 'of-event' | 'of-date';
}

/** What every block of a binding has. */
export interface BlockParts {
  readonly binding: Pick<Binding, 'id' | 'resourceId'>;
  readonly priority: number;
  readonly runId: string;
  /** When the calendar was read: an instant. */
  readonly seenAt: string;
}

/** The source of the blocks that a calendar event leads to. */
export function blockSource(bindingId: string, remoteId: string): EventSource {
  return { type: 'binding', id: bindingId, externalUid: remoteId };
}

/** The ledger's id of the block that one date of a calendar event leads to. */
export function blockIdOf(bindingId: string, remoteId: string, key: string): string {
  return eventIdOf(blockSource(bindingId, remoteId), key);
}

/**
 * What changes in the ledger by what was seen on a calendar: first what takes time, then what frees it. `known` are the
 * blocks that these events led to so far. Only what is to come changes: what is past stays as it was. Pure.
 * @param now milliseconds since 1970.
 */
export function planBlocks(
  seen: readonly SeenEvent[],
  known: readonly LedgerEvent[],
  bindingId: string,
  now: number,
): BlockChange[] {
  const byId = new Map(known.map((event) => [event.id, event]));
  const byRemoteId = Map.groupBy(known, ({ remoteId }) => remoteId ?? '');
  const taken: BlockChange[] = [];
  const freed: BlockChange[] = [];
  for (const event of seen) {
    const idOf = (key: string) => blockIdOf(bindingId, event.remoteId, key);
    const wanted = new Map(event.dates.map((date) => [idOf(date.key), date]));
    for (const [eventId, date] of wanted) {
      if (!isOver(date, now) || byId.has(eventId)) taken.push({ eventId, remoteId: event.remoteId, date });
    }
    const named = event.freed === 'others' ? null : new Set([...event.freed].map(idOf));
    const deleted = new Set([...event.deleted].map(idOf));
    for (const block of byRemoteId.get(event.remoteId) ?? []) {
      if (wanted.has(block.id) || (named && !named.has(block.id)) || isOver(block, now)) continue;
      const deletion = event.deleted.has('') ? 'of-event' : deleted.has(block.id) ? 'of-date' : undefined;
      freed.push({ eventId: block.id, remoteId: event.remoteId, ...(deletion && { deletion }) });
    }
  }
  return [...taken, ...freed].filter((change) => isNews(change, byId.get(change.eventId)));
}

/**
 * What a block should become; null when it says so already, when there is none that could go, or when its removal waits
 * for staff. Pure.
 * @param held deletions are many, and wait for staff: until then they hold their time.
 */
export function blockState(
  change: BlockChange,
  current: LedgerEvent | undefined,
  { binding, priority, runId, seenAt }: BlockParts,
  held: boolean,
): EventState | null {
  const { date, remoteId, deletion } = change;
  if (!isNews(change, current)) return null;
  if (!date) {
    const waits = deletion && held && current && holdsTime(current);
    return current ? { ...current, status: waits ? 'missing' : 'cancelled', runId } : null;
  }
  return {
    id: change.eventId,
    resourceId: binding.resourceId,
    kind: 'block',
    status: 'active',
    source: blockSource(binding.id, remoteId),
    bindingId: binding.id,
    remoteId,
    title: date.title,
    start: date.start,
    end: date.end,
    priority,
    runId,
    lastSeenAt: seenAt,
  };
}

/** How many removals a person would count: a series once, a date that was deleted by itself once. */
export function countDeletions(changes: readonly BlockChange[]): number {
  const names = changes.flatMap(({ deletion, remoteId, eventId }) =>
    deletion === undefined ? [] : [deletion === 'of-event' ? remoteId : eventId],
  );
  return new Set(names).size;
}

/**
 * Whether a change says anything that the ledger does not know. What staff have released stays so while the calendar
 * repeats itself; with another priority of its tenant, what stands is ranked anew by `apply-settings`.
 */
function isNews({ date, deletion }: BlockChange, current: LedgerEvent | undefined): boolean {
  if (!current) return date !== undefined;
  const released = isReleasedByStaff(current);
  if (!date) return (holdsTime(current) || released) && !(deletion && current.status === 'missing');
  const stands = current.status === 'active' || released;
  return !stands || !sameInterval(date, current) || date.title !== current.title;
}

function isReleasedByStaff({ status, staffReleasedAt }: LedgerEvent): boolean {
  return status === 'released' && staffReleasedAt !== undefined;
}
