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

/**
 * Finds the conflicts between what a plan adds or moves, which is handed in by start, so many at a time. Of more than
 * `MOST_RIVALS` that are not over yet, those that end last are compared: whatever meets one of the rest meets them too.
 */
export function conflictsWithin(now: string): (states: readonly EventState[]) => Conflict[] {
  let reservations: readonly EventState[] = [];
  let blocks: readonly EventState[] = [];
  const conflictsOf = (state: EventState) => {
    const isReservation = state.kind === 'reservation';
    [reservations, blocks] = [reservations, blocks].map((each) => each.filter(({ end }) => end > state.start)) as [
      EventState[],
      EventState[],
    ];
    const rivals = isReservation ? [...reservations, ...blocks].slice(0, MOST_RIVALS) : reservations;
    if (isReservation) reservations = withLasting(reservations, state);
    else blocks = withLasting(blocks, state);
    return rivals.flatMap((other) => conflictBetween(state, other, now) ?? []);
  };
  return (states) => states.flatMap(conflictsOf);
}

function withLasting(open: readonly EventState[], state: EventState): readonly EventState[] {
  return [...open, state].sort((a, b) => (a.end > b.end ? -1 : 1)).slice(0, MOST_RIVALS);
}

function conflictBetween(a: EventState, b: EventState, now: string): Conflict | null {
  const verdict = judgePair(a, b);
  if (!verdict) return null;
  const eventIds = [a.id, b.id].sort() as [string, string];
  const times = { createdAt: now, updatedAt: now };
  return { id: conflictIdOf(a.id, b.id), resourceId: a.resourceId, eventIds, ...verdict, ...times };
}

function byId(a: ImportChange, b: ImportChange): number {
  return a.eventId < b.eventId ? -1 : 1;
}

function byStart(a: ImportChange, b: ImportChange): number {
  const [left, right] = [`${a.entry?.start} ${a.eventId}`, `${b.entry?.start} ${b.eventId}`];
  return left < right ? -1 : 1;
}
