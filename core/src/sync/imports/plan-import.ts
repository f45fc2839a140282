import { type Conflict, conflictIdOf } from '../../domain/conflict.ts';
import { holdsTime, type LedgerEvent } from '../../domain/event.ts';
import { eventIdOf } from '../../domain/identity.ts';
import type { ImportChange, ImportContent, ImportOptions } from '../../domain/import.ts';
import type { EventState } from '../../ledger/commit-changes.ts';
import { judgePair } from '../../ledger/judge-pair.ts';
import { changedFields, type ImportParts, importEventState } from './import-event-state.ts';

/** An event, without the words of its source: a set may hold more of them than a file. */
export type KnownEvent = Omit<LedgerEvent, 'raw'>;

export interface ImportPlanInput {
  readonly content: Pick<ImportContent, 'entries' | 'calledOff' | 'unreadable' | 'series'>;
  readonly options: ImportOptions;
  readonly parts: ImportParts;
  /** What the ledger has under the ids of the entries. */
  readonly known: ReadonlyMap<string, KnownEvent>;
  /** The set's events that are not over. */
  readonly ofSet: readonly KnownEvent[];
  /** What starts at or before this has begun. */
  readonly begunUntil: string;
}

export interface ImportPlan {
  /** What is cancelled first, so that what comes in its place finds the time free; then by start. */
  readonly changes: readonly ImportChange[];
  /** Entries that are in the ledger as the file has them. */
  readonly same: number;
}

/** A file with no more than this many contenders for one stretch of time names all of their conflicts. */
const MOST_RIVALS = 20;

/** Compares what a file says with what the ledger holds of its set. Pure; planned again once it is done, it is empty. */
export function planImport(input: ImportPlanInput): ImportPlan {
  const { content, parts, known } = input;
  const shown = content.entries.flatMap((entry): ImportChange[] => {
    const { eventId } = entry;
    const current = known.get(eventId);
    const state = importEventState({ entry }, current, parts);
    if (!state) return [];
    if (!current) return [{ action: 'added', eventId, entry, fields: [] }];
    const fields = changedFields(state, current);
    return [{ action: fields.includes('status') ? 'back' : 'changed', eventId, entry, fields }];
  });
  return {
    changes: [...goneOf(input).sort(byId), ...shown.sort(byStart)],
    same: content.entries.length - shown.length,
  };
}

/**
 * Events of the set that the file speaks of and does not show: what it calls off, occurrences that one of its series no
 * longer has, and, where it is to replace the set, all others. What has begun is only called off by name.
 */
function goneOf({ content, options, ofSet, parts, begunUntil }: ImportPlanInput): ImportChange[] {
  const shown = new Set(content.entries.map(({ eventId }) => eventId));
  const unreadable = new Set(content.unreadable);
  const recurring = new Set([
    ...content.entries.filter(({ recurrenceId }) => recurrenceId !== '').map(({ uid }) => uid),
    ...content.series.map(({ uid }) => uid),
  ]);
  const offWhole = new Map(
    content.calledOff.filter(({ recurrenceId }) => recurrenceId === '').map(({ uid, raw }) => [uid, raw]),
  );
  const offIds = new Map(
    content.calledOff.map(({ uid, recurrenceId, raw }) => [
      eventIdOf({ type: 'import', id: parts.setId, externalUid: uid }, recurrenceId),
      raw,
    ]),
  );
  return ofSet.flatMap((event): ImportChange[] => {
    const uid = event.source.externalUid;
    if (!holdsTime(event) || shown.has(event.id)) return [];
    const cancelled = { action: 'cancelled', eventId: event.id, fields: ['status'] } as const;
    const calledOff = offIds.get(event.id) ?? offWhole.get(uid);
    if (calledOff) return [{ ...cancelled, calledOff }];
    if (unreadable.has(uid) || event.start <= begunUntil) return [];
    return options.replace || recurring.has(uid) ? [cancelled] : [];
  });
}

/** True when finding out what is gone takes the set's events. */
export function mayCancel({ content, options }: Pick<ImportPlanInput, 'content' | 'options'>): boolean {
  const recurs = content.series.length > 0 || content.entries.some(({ recurrenceId }) => recurrenceId !== '');
  return options.replace || recurs || content.calledOff.length > 0;
}

/** Conflicts between what a plan adds or moves. Pure. */
export function conflictsWithin(states: readonly EventState[], now: string): Conflict[] {
  const conflicts: Conflict[] = [];
  let open: EventState[] = [];
  for (const state of [...states].sort((a, b) => (a.start < b.start ? -1 : 1))) {
    open = open.filter(({ end }) => end > state.start);
    for (const other of open.slice(-MOST_RIVALS)) {
      const verdict = judgePair(state, other);
      if (!verdict) continue;
      const eventIds = [state.id, other.id].sort() as [string, string];
      const id = conflictIdOf(state.id, other.id);
      conflicts.push({ id, resourceId: state.resourceId, eventIds, ...verdict, createdAt: now, updatedAt: now });
    }
    open.push(state);
  }
  return conflicts;
}

function byId(a: ImportChange, b: ImportChange): number {
  return a.eventId < b.eventId ? -1 : 1;
}

function byStart(a: ImportChange, b: ImportChange): number {
  const [left, right] = [`${a.entry?.start} ${a.eventId}`, `${b.entry?.start} ${b.eventId}`];
  return left < right ? -1 : 1;
}
