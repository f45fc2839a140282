import { type Conflict, conflictIdOf } from '../domain/conflict.ts';
import { holdsTime, isOwn, type LedgerEvent } from '../domain/event.ts';
import { type Interval, sharedTime } from '../domain/interval.ts';
import { derivedSpans } from './inherit.ts';
import { judgePair, judgeRelatives, type Verdict } from './judge-pair.ts';
import type { Change, LedgerView, Span } from './ledger-view.ts';
import { sourceName } from './page-changes.ts';
import { type ConflictDecision, staffDecisions } from './staff-decisions.ts';

/**
 * How many of one source an event is compared with. No source means so many stays at once; without a limit, a hostile
 * feed of thousands of entries on one day would make a conflict of every two of them. Other sources are another matter:
 * a long stay in a house may well meet a hundred in its rooms.
 */
const MOST_OF_ITS_OWN_SOURCE = 20;
const MOST_OF_OTHERS = 400;

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
  const counted = focus.length === 0 ? [] : view.changes().filter(({ after }) => after.source.id === 'count');
  const found = await pairsOf([...own, ...counted], view);
  if (found.size === 0 && own.every(({ after }) => after.overriddenBy === undefined)) return;
  const focusIds = new Set(own.map(({ after }) => after.id));
  // Two of related resources may contend for more than one reason, and not every one of them was looked at.
  const doubtful = [...found.values()].filter((pair) => !isShared(pair) && !onOneResource(pair, view));
  const others = await pairsOf(standing(doubtful.flatMap(idsOf), focusIds, view), view);
  const pairs = new Map([...found].map(([key, pair]) => [key, earlier(pair, others.get(key) ?? pair)]));
  const decisions = staffDecisions(pairs.values(), view);
  for (const [id, pair] of pairs) recordVerdict(pair, decisions.get(id), view, now);
  const unsure = [...pairs.values()].flatMap(idsOf).filter((id) => {
    const lostTo = view.event(id)?.overriddenBy;
    return !focusIds.has(id) && (lostTo === undefined || pairs.has(conflictIdOf(id, lostTo)));
  });
  // What another event lost against third ones is not among these pairs.
  const lost = unsure.filter((id) => view.event(id)?.overriddenBy !== undefined);
  const further = await pairsOf(standing(lost, focusIds, view), view);
  const all = [...new Map([...others, ...further, ...pairs]).values()];
  for (const id of new Set([...focusIds, ...unsure])) {
    const winner = winnerOver(id, all, view);
    if (view.event(id)?.overriddenBy !== winner) view.amend(id, { overriddenBy: winner }, now);
  }
}

/** These events as they stand, without those of `but`. */
function standing(ids: readonly string[], but: ReadonlySet<string>, view: LedgerView): Change[] {
  const events = [...new Set(ids)].filter((id) => !but.has(id)).map((id) => view.event(id));
  return events.filter((event) => event !== undefined).map((after) => ({ before: undefined, after }));
}

function idsOf({ a, b }: Pair): [string, string] {
  return [a, b];
}

function isShared({ shared }: Pair): boolean {
  return shared !== undefined && shared.start < shared.end;
}

function onOneResource({ a, b }: Pair, view: LedgerView): boolean {
  return view.event(a)?.resourceId === view.event(b)?.resourceId;
}

/** The pairs that these events are in, with all that judging them takes loaded. */
async function pairsOf(changes: readonly Change[], view: LedgerView): Promise<Map<string, Pair>> {
  const states = changes.flatMap(({ before, after }) => [
    ...(before ? [{ event: before, standing: false }] : []),
    { event: after, standing: holdsTime(after) },
  ]);
  const direct = states.map((state) => ({ ...state, span: state.event as Span }));
  const derived = states.flatMap((state) =>
    derivedSpans(state.event, state.standing, view).map((span) => ({ ...state, span })),
  );
  await view.loadPages([...direct, ...derived].map(({ span }) => span));
  const found = [...direct, ...derived].map((state) => ({ ...state, lines: rivals(state.event, state.span, view) }));
  await view.loadEvents(found.flatMap(({ lines }) => lines));
  const pairs = new Map<string, Pair>();
  for (const { lines, ...state } of found) {
    for (const id of lines) {
      const other = view.event(id);
      if (!other || id === state.event.id) continue;
      for (const pair of pairsWith(state, other)) {
        const key = conflictIdOf(pair.a, pair.b);
        if (pair.a !== pair.b) pairs.set(key, earlier(pairs.get(key), pair));
      }
    }
  }
  await view.loadEvents([...pairs.values()].flatMap(({ a, b }) => [a, b]));
  await view.loadConflicts(pairs.keys());
  return pairs;
}

/** An event in one of its states, and time that it takes in it: its own, or a relative's. */
interface Claim {
  readonly event: LedgerEvent;
  readonly span: Span;
  /** The state is the one that stands from now on, and it holds its time. */
  readonly standing: boolean;
}

/**
 * The pairs that follow from another event in a claim's span. What several resources take of a parent together contends
 * for each of them. Only what stands shares time; the rest is there to be ended.
 */
function pairsWith({ event, span, standing }: Claim, other: LedgerEvent): Pair[] {
  const isThere = standing && holdsTime(other) && other.resourceId === span.resourceId;
  const shares = isThere ? { shared: sharedTime(span, other) } : {};
  if (!isOwn(event)) {
    return isOwn(other) ? (event.causeEventIds ?? []).map((cause) => ({ a: cause, b: other.id, ...shares })) : [];
  }
  if (event.kind !== 'reservation' && isOwn(other) && other.kind !== 'reservation') return [];
  if (isOwn(other)) return [{ a: event.id, b: other.id, ...(span.resourceId !== event.resourceId && shares) }];
  if (span.resourceId !== event.resourceId) return [];
  return (other.causeEventIds ?? []).map((cause) => ({ a: event.id, b: cause, ...shares }));
}

function rivals({ source }: LedgerEvent, span: Span, view: LedgerView): string[] {
  const own = sourceName(source);
  const lines = Map.groupBy(view.linesEver(span), (line) => line.source === own);
  const [same = [], others = []] = [lines.get(true), lines.get(false)];
  return [...same.slice(0, MOST_OF_ITS_OWN_SOURCE), ...others.slice(0, MOST_OF_OTHERS)].map(({ id }) => id);
}

/** Of two findings of one pair, the one that shares time, and the earlier time. */
function earlier(known: Pair | undefined, found: Pair): Pair {
  if (!known || !isShared(known)) return found.shared || !known ? found : known;
  return isShared(found) && (found.shared?.start ?? '') < (known.shared?.start ?? '') ? found : known;
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

function differs(known: Conflict, next: Conflict): boolean {
  const fields = ['type', 'start', 'end', 'status', 'winnerEventId', 'resolvedBy', 'reason', 'resourceId'] as const;
  return fields.some((field) => known[field] !== next[field]);
}
