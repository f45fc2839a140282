import { type Conflict, conflictIdOf } from '../domain/conflict.ts';
import { holdsTime, isOwn, type LedgerEvent } from '../domain/event.ts';
import type { Interval } from '../domain/interval.ts';
import { derivedSpans } from './inherit.ts';
import { judgePair, judgeRelatives, type Verdict } from './judge-pair.ts';
import type { Change, LedgerView, Span } from './ledger-view.ts';

/** No calendar means so many at once; without a limit, a hostile feed could fill a commit with conflicts. */
const MOST_RIVALS = 20;

/** Two events that share time, or did before the commit. */
interface Pair {
  readonly a: string;
  readonly b: string;
  /** On related resources: the time that only one of them can have. */
  readonly shared?: Interval;
}

/**
 * Records a conflict for every two events that now want the same time, ends those that no longer do, and says of each
 * event whether another goes before it. What staff decided stays decided while the two share time.
 */
export async function settleConflicts(focus: readonly Change[], view: LedgerView, now: string): Promise<void> {
  const own = focus.filter(({ before, after }) => isOwn(after) && (holdsTime(after) || (before && holdsTime(before))));
  const pairs = await pairsOf(own, view);
  if (pairs.length === 0 && own.every(({ after }) => after.overriddenBy === undefined)) return;
  for (const pair of pairs) recordVerdict(pair, view, now);
  const focusIds = new Set(own.map(({ after }) => after.id));
  const unsure = new Set<string>();
  for (const id of new Set(pairs.flatMap(({ a, b }) => [a, b]))) {
    if (focusIds.has(id)) continue;
    const lostTo = view.event(id)?.overriddenBy;
    if (lostTo === undefined || focusIds.has(lostTo)) unsure.add(id);
  }
  const others = [...unsure].map((id) => view.event(id)).filter((event) => event !== undefined);
  // What another event lost or won against third ones is not among these pairs.
  const lostBefore = others.filter(({ overriddenBy }) => overriddenBy !== undefined);
  const further = await pairsOf(
    lostBefore.map((after) => ({ before: undefined, after })),
    view,
  );
  const all = [...pairs, ...further];
  for (const id of [...focusIds, ...unsure]) {
    const winner = winnerOver(id, all, view);
    if (view.event(id)?.overriddenBy !== winner) view.amend(id, { overriddenBy: winner }, now);
  }
}

/** The pairs that these events are in, with all that judging them takes loaded. */
async function pairsOf(changes: readonly Change[], view: LedgerView): Promise<Pair[]> {
  const states = changes.flatMap(({ before, after }) => (before ? [before, after] : [after]));
  const direct = states.map((event) => ({ event, span: event as Span }));
  const derived = states.flatMap((event) => derivedSpans(event, view).map((span) => ({ event, span })));
  await view.loadPages([...direct, ...derived].map(({ span }) => span));
  const found = [...direct, ...derived].map(({ event, span }) => ({ event, span, lines: view.linesEver(span) }));
  await view.loadEvents(found.flatMap(({ lines }) => lines.slice(0, MOST_RIVALS).map(({ id }) => id)));
  const pairs = new Map<string, Pair>();
  for (const { event, span, lines } of found) {
    for (const { id } of lines.slice(0, MOST_RIVALS)) {
      const other = view.event(id);
      if (!other || id === event.id || (event.kind !== 'reservation' && other.kind !== 'reservation')) continue;
      for (const pair of pairsWith(event, span, other)) {
        const key = conflictIdOf(pair.a, pair.b);
        if (pair.a !== pair.b && (pair.shared === undefined || !pairs.has(key))) pairs.set(key, pair);
      }
    }
  }
  await view.loadEvents([...pairs.values()].flatMap(({ a, b }) => [a, b]));
  await view.loadConflicts(pairs.keys());
  return [...pairs.values()];
}

/** `other` was found in a span of `event`'s: of its own time, or of the time it takes from a relative. */
function pairsWith(event: LedgerEvent, span: Span, other: LedgerEvent): Pair[] {
  if (span.resourceId === event.resourceId) {
    if (isOwn(other)) return [{ a: event.id, b: other.id }];
    const shared = sharedTime(event, other);
    return (other.causeEventIds ?? []).map((cause) => ({ a: event.id, b: cause, shared }));
  }
  return isOwn(other) ? [{ a: event.id, b: other.id, shared: sharedTime(span, other) }] : [];
}

function recordVerdict(pair: Pair, view: LedgerView, now: string): void {
  const [first, second] = [pair.a, pair.b].sort() as [string, string];
  const id = conflictIdOf(first, second);
  const known = view.conflict(id);
  const byStaff = known?.resolvedBy === 'staff';
  const verdict = verdictOf(pair, view);
  if (!verdict) {
    if (known && known.resolvedBy !== 'overlap-ended' && !byStaff) view.putConflict(ended(known, now));
    return;
  }
  const decided = byStaff ? { ...verdict, ...decisionOf(known) } : verdict;
  const conflict: Conflict = {
    id,
    resourceId: (view.event(first) as LedgerEvent).resourceId,
    eventIds: [first, second],
    ...decided,
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

/** An event that is shown by another leaves the contest to it. */
function contends(event: LedgerEvent): boolean {
  return holdsTime(event) && event.mergedInto === undefined;
}

/** The event that goes before this one, if any does. */
function winnerOver(id: string, pairs: readonly Pair[], view: LedgerView): string | undefined {
  const event = view.event(id);
  if (!event || !contends(event)) return undefined;
  for (const pair of pairs) {
    if ((pair.a !== id && pair.b !== id) || !verdictOf(pair, view)) continue;
    const conflict = view.conflict(conflictIdOf(pair.a, pair.b));
    const winner = conflict?.status === 'resolved' ? conflict.winnerEventId : undefined;
    if (winner !== undefined && winner !== id) return winner;
  }
  return undefined;
}

function ended({ winnerEventId: _, ...conflict }: Conflict, now: string): Conflict {
  const reason = 'The two no longer want the same time.';
  return { ...conflict, status: 'resolved', resolvedBy: 'overlap-ended', reason, updatedAt: now };
}

function decisionOf({ status, winnerEventId, resolvedBy, reason }: Conflict) {
  return { status, reason, ...(winnerEventId && { winnerEventId }), ...(resolvedBy && { resolvedBy }) };
}

function differs(known: Conflict, next: Conflict): boolean {
  const fields = ['type', 'start', 'end', 'status', 'winnerEventId', 'resolvedBy', 'reason', 'resourceId'] as const;
  return fields.some((field) => known[field] !== next[field]);
}

function sharedTime(a: Interval, b: Interval): Interval {
  return { start: a.start > b.start ? a.start : b.start, end: a.end < b.end ? a.end : b.end };
}
