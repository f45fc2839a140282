import type { Conflict } from '../domain/conflict.ts';
import type { LedgerEvent } from '../domain/event.ts';
import { type Interval, msOf, overlaps, sharedTime } from '../domain/interval.ts';

/** What is decided about two events that want the same time. */
export type Verdict = Pick<Conflict, 'type' | 'start' | 'end' | 'status' | 'reason'> & {
  readonly winnerEventId?: string;
  readonly resolvedBy?: NonNullable<Conflict['resolvedBy']>;
};

/** What a verdict rests on. */
export type Contender = Pick<
  LedgerEvent,
  'id' | 'kind' | 'start' | 'end' | 'priority' | 'modifiedAt' | 'booking' | 'platform' | 'ambiguous' | 'showedFirst'
>;

/**
 * Decides between two events of one resource; null when they leave each other alone, as stays do of which one ends on the
 * day the other begins. A reservation goes before a
 * block; of two reservations the one of the source with priority wins, then the one its source changed later; else staff
 * decide. Whoever loses keeps its time all the same. Pure.
 */
export function judgePair(a: Contender, b: Contender): Verdict | null {
  if (!overlaps(a, b)) return null;
  const shared = sharedTime(a, b);
  if (isReservation(a) && isReservation(b)) return { type: 'double-booking', ...shared, ...chooseReservation(a, b) };
  if (!isReservation(a) && !isReservation(b)) return null;
  const [reservation, block] = isReservation(a) ? [a, b] : [b, a];
  return judgeBlock(reservation, block, shared);
}

/** Decides between reservations of two related resources, `shared` being the time only one of them can have. Pure. */
export function judgeRelatives(a: Contender, b: Contender, shared: Interval): Verdict | null {
  if (!isReservation(a) || !isReservation(b)) return null;
  const { start, end } = shared;
  return { type: 'parent-child', start, end, ...chooseReservation(a, b) };
}

function judgeBlock(reservation: Contender, block: Contender, shared: Interval): Verdict {
  const nested = contains(block, reservation) || contains(reservation, block);
  const type = nested ? 'reservation-block' : 'partial-overlap';
  if (block.ambiguous && !contains(reservation, block)) {
    const reason = 'The platform shows a closure that reaches beyond the reservation and may be a stay it sold.';
    return { type, ...shared, status: 'open', reason };
  }
  if (block.showedFirst && contains(reservation, block)) {
    const reason =
      'The platform showed this closure before it could have collected the reservation; it may be a stay it sold.';
    return { type, ...shared, status: 'open', reason };
  }
  return {
    type,
    ...shared,
    status: 'resolved',
    winnerEventId: reservation.id,
    resolvedBy: 'rule',
    reason: 'A reservation goes before a block; outside of it the block stands.',
  };
}

function chooseReservation(
  a: Contender,
  b: Contender,
): Pick<Verdict, 'status' | 'winnerEventId' | 'resolvedBy' | 'reason'> {
  if (a.priority !== b.priority) {
    const winnerEventId = a.priority < b.priority ? a.id : b.id;
    const reason = 'Two reservations want this time; the one from the source with the higher priority goes first.';
    return { status: 'resolved', winnerEventId, resolvedBy: 'priority', reason };
  }
  const [changedA, changedB] = [changeOf(a), changeOf(b)];
  if (changedA !== undefined && changedB !== undefined && changedA !== changedB) {
    const winnerEventId = changedA > changedB ? a.id : b.id;
    const reason = 'Two reservations want this time and their sources rank alike; the later change goes first.';
    return { status: 'resolved', winnerEventId, resolvedBy: 'later-modification', reason };
  }
  return { status: 'open', reason: 'Two reservations want this time and nothing says which goes first.' };
}

function changeOf({ modifiedAt, booking }: Contender): number | undefined {
  const at = modifiedAt ?? booking?.updatedAt;
  return at === undefined ? undefined : msOf(at);
}

function isReservation({ kind }: Contender): boolean {
  return kind === 'reservation';
}

function contains(outer: Interval, inner: Interval): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
