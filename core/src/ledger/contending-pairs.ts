import { conflictIdOf } from '../domain/conflict.ts';
import { CommitTooLarge } from '../domain/errors.ts';
import { holdsTime, isOwn, type LedgerEvent } from '../domain/event.ts';
import { type Interval, sharedTime } from '../domain/interval.ts';
import { derivedSpans } from './inherit.ts';
import type { Change, LedgerView, Span } from './ledger-view.ts';
import { sourceName } from './page-changes.ts';

/**
 * How many of one source an event is compared with. No source means so many stays at once; without a limit, a hostile
 * feed of thousands of entries on one day would make a conflict of every two of them. Other sources are another matter:
 * a long stay in a house may well meet a hundred in its rooms.
 */
const MOST_OF_ITS_OWN_SOURCE = 20;
const MOST_OF_OTHERS = 400;

/** Two events that share time, or did before the commit. */
export interface Pair {
  readonly a: string;
  readonly b: string;
  /** On related resources: the time that only one of them can have. */
  readonly shared?: Interval;
}

/**
 * The pairs that these events are in, by the id of their conflict, with all that judging them takes loaded.
 * @throws CommitTooLarge, before any of them is read, when more than `most` have to be looked at.
 */
export async function pairsOf(changes: readonly Change[], view: LedgerView, most: number): Promise<Map<string, Pair>> {
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
  const looks = found.reduce((sum, { lines }) => sum + lines.length, 0);
  if (looks > most) throw new CommitTooLarge(`${changes.length} changes meet ${looks} events in one commit`);
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

/**
 * Whom an event may contend with in a span. Of its own source that is at most a few, and blocks of one source leave each
 * other alone: they are not among them, or the many would hide the one that matters.
 */
function rivals({ id, kind, source }: LedgerEvent, span: Span, view: LedgerView): string[] {
  const own = sourceName(source);
  const lines = Map.groupBy(view.linesEver([span]), (line) => line.source === own);
  const same = (lines.get(true) ?? []).filter(
    (line) => line.id !== id && (kind === 'reservation' || line.kind === 'reservation'),
  );
  // Reservations first: among them is what staff have to decide about.
  const [reservations = [], blocks = []] = [true, false].map((is) =>
    same.filter((line) => (line.kind === 'reservation') === is),
  );
  const others = (lines.get(false) ?? []).slice(0, MOST_OF_OTHERS);
  return [...[...reservations, ...blocks].slice(0, MOST_OF_ITS_OWN_SOURCE), ...others].map((line) => line.id);
}

/** Of two findings of one pair, the one that shares time, and the earlier time. */
export function earlier(known: Pair | undefined, found: Pair): Pair {
  if (!known || !isShared(known)) return found.shared || !known ? found : known;
  return isShared(found) && (found.shared?.start ?? '') < (known.shared?.start ?? '') ? found : known;
}

/** True when the two were found to share time. */
export function isShared({ shared }: Pair): boolean {
  return shared !== undefined && shared.start < shared.end;
}
