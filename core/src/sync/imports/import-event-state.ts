import { isDeepStrictEqual } from 'node:util';
import { normaliseTitle } from '../../domain/content.ts';
import { holdsTime, type LedgerEvent, type Platform } from '../../domain/event.ts';
import type { ImportChange, ImportEntry } from '../../domain/import.ts';
import { sameInterval } from '../../domain/interval.ts';
import type { EventState } from '../../ledger/commit-changes.ts';
import { saidOf } from '../../ledger/said-of.ts';

/** What every event of one import has. */
export interface ImportParts {
  readonly setId: string;
  readonly resourceId: string;
  readonly platform: Platform | undefined;
  /** Lower wins. */
  readonly priority: number;
  readonly runId: string;
  /** When the file was read: an instant. */
  readonly seenAt: string;
}

/** What an event should become by a change; null when it is so already, as when a commit is repeated. Pure. */
export function importEventState(
  { entry, calledOff }: Pick<ImportChange, 'entry' | 'calledOff'>,
  current: LedgerEvent | undefined,
  parts: ImportParts,
): EventState | null {
  if (entry) {
    const state = shownState(entry, parts);
    return current && changedFields(state, current).length === 0 ? null : state;
  }
  if (!current || !holdsTime(current)) return null;
  return { ...saidOf(current), status: 'cancelled', runId: parts.runId, ...(calledOff && { raw: calledOff }) };
}

function shownState(entry: ImportEntry, parts: ImportParts): EventState {
  const { setId, resourceId, platform, priority, runId, seenAt } = parts;
  const guest = guestOf(entry);
  return {
    id: entry.eventId,
    resourceId,
    kind: entry.kind,
    status: 'active',
    source: { type: 'import', id: setId, externalUid: entry.uid },
    ...(platform !== undefined && { platform }),
    priority,
    start: entry.start,
    end: entry.end,
    title: entry.title,
    ...(entry.reservationCode !== undefined && { reservationCode: entry.reservationCode }),
    ...(guest && { guest }),
    ...(entry.ambiguous && { ambiguous: true }),
    ...(entry.modifiedAt !== undefined && { modifiedAt: entry.modifiedAt }),
    raw: entry.raw,
    runId,
    lastSeenAt: seenAt,
  };
}

/**
 * What of an event would be other than it is. When it was last seen, its source last touched it, or how the file words it
 * is no change; time that staff freed stays free while the file repeats it.
 */
export function changedFields(state: EventState, current: LedgerEvent): string[] {
  const isFreed = current.staffReleasedAt !== undefined && sameInterval(state, current);
  const differs = (field: 'kind' | 'reservationCode' | 'platform' | 'ambiguous' | 'priority') =>
    state[field] !== current[field];
  return [
    ...(sameInterval(state, current) ? [] : ['interval']),
    ...(holdsTime(current) || isFreed ? [] : ['status']),
    ...(differs('kind') ? ['kind'] : []),
    ...(normaliseTitle(state.title) === normaliseTitle(current.title) ? [] : ['title']),
    ...(differs('reservationCode') ? ['reservationCode'] : []),
    ...(isDeepStrictEqual({ ...state.guest }, { ...current.guest }) ? [] : ['guest']),
    ...(differs('platform') || differs('ambiguous') || differs('priority') ? ['source'] : []),
  ];
}

function guestOf({ guestName, phoneLast4, guestCount }: ImportEntry): LedgerEvent['guest'] {
  if (guestName === undefined && phoneLast4 === undefined && guestCount === undefined) return undefined;
  return {
    ...(guestName !== undefined && { name: guestName }),
    ...(phoneLast4 !== undefined && { phoneLast4 }),
    ...(guestCount !== undefined && { count: guestCount }),
  };
}
