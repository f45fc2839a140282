import { type Conflict, conflictIdOf } from '../domain/conflict.ts';
import { holdsTime, isOwn, type LedgerEvent } from '../domain/event.ts';
import { earlier, isShared, type Pair, pairsOf } from './contending-pairs.ts';
import { judgePair, judgeRelatives, type Verdict } from './judge-pair.ts';
import type { Change, LedgerView } from './ledger-view.ts';
import { type ConflictDecision, staffDecisions } from './staff-decisions.ts';

/**
 * Records a conflict for every two events that now want the same time, ends those that no longer do, and says of each
 * event whether another goes before it. What staff decided stays decided while the two share time.
 * @throws CommitTooLarge when these changes meet more than `most` other events.
 */
export async function settleConflicts(
  focus: readonly Change[],
  view: LedgerView,
  now: string,
  most: number,
): Promise<void> {
  const own = focus.filter(({ before, after }) => isOwn(after) && (holdsTime(after) || (before && holdsTime(before))));
  const counted = focus.length === 0 ? [] : view.changes().filter(({ after }) => after.source.id === 'count');
  const found = await pairsOf([...own, ...counted], view, most);
  if (found.size === 0 && own.every(({ after }) => after.overriddenBy === undefined)) return;
  const focusIds = new Set(own.map(({ after }) => after.id));
  // Two of related resources may contend for more than one reason, and not every one of them was looked at.
  const doubtful = [...found.values()].filter((pair) => !isShared(pair) && !onOneResource(pair, view));
  const others = await pairsOf(standing(doubtful.flatMap(idsOf), focusIds, view), view, most);
  const pairs = new Map([...found].map(([key, pair]) => [key, earlier(pair, others.get(key) ?? pair)]));
  const decisions = staffDecisions(pairs.values(), view);
  for (const [id, pair] of pairs) recordVerdict(pair, decisions.get(id), view, now);
  const unsure = new Set(
    [...pairs.values()].flatMap(idsOf).filter((id) => !focusIds.has(id) && isUnsure(id, pairs, view)),
  );
  // What another event lost against third ones is not among these pairs.
  const lost = [...unsure].filter((id) => view.event(id)?.overriddenBy !== undefined);
  const further = await pairsOf(standing(lost, focusIds, view), view, most);
  const winners = winnersAmong(new Map([...others, ...further, ...pairs]), view);
  for (const id of new Set([...focusIds, ...unsure])) {
    const winner = winners.get(id);
    if (view.event(id)?.overriddenBy !== winner) view.amend(id, { overriddenBy: winner }, now);
  }
}

/** Whether it has to be found out anew who goes before an event: nobody did, or whoever did may no longer. */
function isUnsure(id: string, pairs: ReadonlyMap<string, Pair>, view: LedgerView): boolean {
  const lostTo = view.event(id)?.overriddenBy;
  if (lostTo === undefined) return true;
  const key = conflictIdOf(id, lostTo);
  const pair = pairs.get(key);
  return pair !== undefined && winnerOf(key, pair, view) !== lostTo;
}

/** These events as they stand, without those of `but`. */
function standing(ids: readonly string[], but: ReadonlySet<string>, view: LedgerView): Change[] {
  const events = [...new Set(ids)].filter((id) => !but.has(id)).map((id) => view.event(id));
  return events.filter((event) => event !== undefined).map((after) => ({ before: undefined, after }));
}

function idsOf({ a, b }: Pair): [string, string] {
  return [a, b];
}

function onOneResource({ a, b }: Pair, view: LedgerView): boolean {
  return view.event(a)?.resourceId === view.event(b)?.resourceId;
}

function recordVerdict(pair: Pair, decision: ConflictDecision | undefined, view: LedgerView, now: string): void {
  const [first, second] = [pair.a, pair.b].sort() as [string, string];
  const id = conflictIdOf(first, second);
  const known = view.conflict(id);
  const verdict = verdictOf(pair, view);
  if (!verdict) {
    if (known && known.resolvedBy !== 'overlap-ended' && known.resolvedBy !== 'staff')
      view.putConflict(ended(known, now));
    return;
  }
  const conflict: Conflict = {
    id,
    resourceId: (view.event(first) as LedgerEvent).resourceId,
    eventIds: [first, second],
    ...verdict,
    ...decision,
    createdAt: known?.createdAt ?? now,
    updatedAt: now,
  };
  if (!known || differs(known, conflict)) view.putConflict(conflict);
}

/** What is to be decided between the two as they will be; null when they leave each other alone. */
function verdictOf({ a: first, b: second, shared }: Pair, view: LedgerView): Verdict | null {
  const [a, b] = [view.event(first), view.event(second)];
  if (!a || !b || !contends(a) || !contends(b)) return null;
  if (a.resourceId === b.resourceId) return judgePair(a, b);
  return shared && shared.start < shared.end ? judgeRelatives(a, b, shared) : null;
}

/** An event that is shown by another, or repeats one, leaves the contest to it. */
function contends(event: LedgerEvent): boolean {
  return holdsTime(event) && event.mergedInto === undefined && event.echoOf === undefined;
}

/** For each event that another of these pairs goes before, the first that does. */
function winnersAmong(pairs: ReadonlyMap<string, Pair>, view: LedgerView): ReadonlyMap<string, string> {
  const winners = new Map<string, string>();
  for (const [key, pair] of pairs) {
    const winner = winnerOf(key, pair, view);
    if (winner === undefined) continue;
    for (const id of idsOf(pair)) if (id !== winner && !winners.has(id)) winners.set(id, winner);
  }
  return winners;
}

/** Which of the two goes first, if that is decided and they still contend. `key` is the id of their conflict. */
function winnerOf(key: string, pair: Pair, view: LedgerView): string | undefined {
  if (!verdictOf(pair, view)) return undefined;
  const conflict = view.conflict(key);
  return conflict?.status === 'resolved' ? conflict.winnerEventId : undefined;
}

function ended({ winnerEventId: _, ...conflict }: Conflict, now: string): Conflict {
  const reason = 'The two no longer want the same time.';
  return { ...conflict, status: 'resolved', resolvedBy: 'overlap-ended', reason, updatedAt: now };
}

function differs(known: Conflict, next: Conflict): boolean {
  const fields = ['type', 'start', 'end', 'status', 'winnerEventId', 'resolvedBy', 'reason', 'resourceId'] as const;
  return fields.some((field) => known[field] !== next[field]);
}
