import type { Platform } from '../../domain/event.ts';
import type { FeedEntry, FeedSuspicion } from '../../domain/feed.ts';
import type { FeedLimits } from '../../domain/feed-limits.ts';
import { instantOf } from '../../domain/interval.ts';
import { heldBy, type KnownEntry } from '../../domain/known-entry.ts';
import type { ResourceKind } from '../../domain/resource.ts';
import type { RunCounts } from '../../domain/run.ts';
import { lookOf } from './entry-look.ts';
import type { FeedDay } from './feed-day.ts';
import { type EchoEvidence, isExplained, nextEchoAt } from './judge-echo.ts';
import { planAbsences, wasShown } from './plan-feed-absences.ts';
import { type FeedChange, type SettledEntry, settleEntry, settleShown, takesTime } from './plan-feed-entry.ts';
import { freshEventId, type Match, matchEntries, type ReadEntry, repeatedUids, uidKey } from './plan-feed-matches.ts';
import { clipTurn, feedWindow, fitEntries } from './plan-feed-window.ts';

/** What a complete read of a feed showed. */
export interface ShownFeed {
  /** What holds time. A UID may come more than once. */
  readonly entries: readonly FeedEntry[];
  /** What it says was called off. */
  readonly cancelled: readonly FeedEntry[];
  /** UIDs of what is in it but could not be read. */
  readonly unreadable: ReadonlySet<string>;
}

export interface FeedPlanInput extends FeedDay {
  readonly feedId: string;
  readonly platform: Platform;
  readonly resourceKind: ResourceKind;
  readonly limits: FeedLimits;
  readonly suspicion: FeedSuspicion | undefined;
  readonly known: readonly KnownEntry[];
  /** `unchanged`: the feed shows what it showed when it was last read. */
  readonly shown: ShownFeed | 'unchanged';
  /** What its platform collected from us; absent where it collects nothing. */
  readonly echoes?: EchoEvidence | undefined;
  /** Staff say that what is absent is gone. */
  readonly isAccepted?: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface FeedPlan {
  /** By the start of their time. */
  readonly changes: readonly FeedChange[];
  /** What is to be remembered for the next read. */
  readonly entries: readonly KnownEntry[];
  readonly suspicion?: FeedSuspicion;
  readonly nextReleaseAt?: string;
  readonly nextEchoAt?: string;
  readonly nextWindowOn?: string;
  /** Most of what was known again was not known by its UID. */
  readonly uidsRotate: boolean;
  readonly counts: Pick<RunCounts, 'seen' | 'added' | 'changed' | 'missing' | 'released'>;
  readonly warnings: readonly string[];
}

/**
 * Compares what a feed shows with what is known of it and answers what the ledger should hold. Pure, and the same for
 * entries in any order; planned again from what it answers to remember, it changes nothing.
 */
export function planFeed(input: FeedPlanInput): FeedPlan {
  const { known, shown, limits, today } = input;
  if (shown === 'unchanged') return planUnchanged(input);
  const window = feedWindow(limits, today, input.resourceKind);
  const distinct = withoutDoubles(shown.entries);
  const fitted = fitEntries(distinct, window, limits);
  const entries = [...fitted.inside, ...fitted.beyond].map(
    (entry): ReadEntry => ({ ...entry, look: lookOf(entry, input.platform) }),
  );
  const repeated = repeatedUids(distinct, []);
  const ambiguous = new Set([...repeated, ...repeatedUids([], known)]);
  const found = matchEntries(entries, known, ambiguous, shown.unreadable);
  const matches = found.matches.filter(({ entry }) => entry.start < window.end);
  const beyond = found.matches.filter(({ entry, known }) => known && entry.start >= window.end);
  const leftOut = new Set(beyond.filter(isCertain).map((match) => match.known));
  const taken = new Set(known.map(({ eventId }) => eventId));
  const nameOf = (entry: FeedEntry) => freshEventId(input.feedId, entry, repeated.has(uidKey(entry)), taken);
  const context = { ...input, window, echoes: input.echoes };
  const settled = matches.map((match) => settleEntry(match, context, nameOf));
  const calledOffAs = callOffs(shown, repeated);
  const absences = planAbsences({
    ...evidenceOf(input, shown, calledOffAs),
    shown: matches.flatMap((match) => match.known ?? []),
    absent: [...found.absent, ...beyond.flatMap((match) => match.known ?? [])],
    isLeftOut: (entry) => leftOut.has(entry),
    taken: settled.filter(takesTime).map(({ known: { start, end, held } }) => held ?? { start, end }),
    isEmpty: shown.entries.length === 0,
  });
  const changes = [
    ...settled.flatMap(({ change }) => change ?? []),
    ...absences.changes.map((change) => {
      const calledOff = calledOffAs(change.known);
      return { ...change, fields: ['status'], ...(calledOff && { calledOff }) };
    }),
  ];
  const turns = settled.map(({ known: entry }) => clipTurn(entry, heldBy(entry), window, limits));
  const echoesAt = nextEchoAt(
    settled.map((one) => one.known),
    input.now,
  );
  const nextWindowOn = [fitted.nextOn, ...turns].filter((turn) => turn !== undefined).sort()[0];
  return {
    changes: changes.sort(byTime),
    entries: [
      ...(absences.suspicion ? underSuspicion(settled, matches, input) : settled.map((one) => one.known)),
      ...absences.entries,
    ],
    ...(absences.suspicion && { suspicion: absences.suspicion }),
    ...(absences.nextReleaseAt !== undefined && { nextReleaseAt: absences.nextReleaseAt }),
    ...(echoesAt !== undefined && { nextEchoAt: echoesAt }),
    ...(nextWindowOn !== undefined && { nextWindowOn }),
    uidsRotate: rotates(matches),
    counts: countChanges(changes, shown.entries.length),
    warnings: fitted.warnings,
  };
}

/** The feed shows what it showed: what was there is there, and what was not has been absent for longer. */
function planUnchanged(input: FeedPlanInput): FeedPlan {
  const settled = input.known
    .filter(({ state }) => state === 'present')
    .map((known) => settleShown(known, { echoes: input.echoes, now: input.now }));
  const shown = settled.map(({ known }) => known);
  const echoesAt = nextEchoAt(shown, input.now);
  const absences = planAbsences({
    ...evidenceOf(input, { unreadable: new Set() }, () => undefined),
    shown,
    absent: input.known.filter(({ state }) => state !== 'present'),
    taken: [],
    isEmpty: input.suspicion?.reason === 'emptied',
  });
  const changes = [
    ...settled.flatMap(({ change }) => change ?? []),
    ...absences.changes.map((change) => ({ ...change, fields: ['status'] })),
  ];
  return {
    changes: changes.sort(byTime),
    entries: [...shown, ...absences.entries],
    ...(absences.suspicion && { suspicion: absences.suspicion }),
    ...(absences.nextReleaseAt !== undefined && { nextReleaseAt: absences.nextReleaseAt }),
    ...(echoesAt !== undefined && { nextEchoAt: echoesAt }),
    uidsRotate: false,
    counts: countChanges(changes, shown.length),
    warnings: [],
  };
}

/** The entry by which a feed calls off what is known, if there is one. */
type CallOffs = (known: KnownEntry) => FeedEntry | undefined;

function callOffs({ cancelled }: ShownFeed, repeated: ReadonlySet<string>): CallOffs {
  const inOrder = [...cancelled].sort((a, b) => (a.raw < b.raw ? -1 : 1));
  const calledOff = Map.groupBy(inOrder, uidKey);
  return (known) =>
    calledOff.get(uidKey(known))?.find((entry) => !repeated.has(uidKey(known)) || entry.start === known.start);
}

/** What the absent are judged by, beside the entries themselves. */
function evidenceOf(input: FeedPlanInput, { unreadable }: Pick<ShownFeed, 'unreadable'>, calledOffAs: CallOffs) {
  return {
    isCancelled: (known: KnownEntry) => calledOffAs(known) !== undefined,
    isUnreadable: ({ uid }: KnownEntry) => unreadable.has(uid),
    isLeftOut: () => false,
    isExplained: (known: KnownEntry) => isExplained(known, input.echoes),
    suspicion: input.suspicion,
    isAccepted: input.isAccepted ?? false,
    now: input.now,
    begunUntil: input.begunUntil,
  };
}

/** What comes while a feed is suspect is marked: it does not speak for what the feed showed before. */
function underSuspicion(
  settled: readonly SettledEntry[],
  matches: readonly Match[],
  input: FeedPlanInput,
): readonly KnownEntry[] {
  return settled.map(({ known }, index) => {
    const before = matches[index]?.known;
    if (known.start <= input.begunUntil || (before && wasShown(before, input))) return known;
    return { ...known, since: (before?.state === 'present' && before.since) || instantOf(input.now) };
  });
}

/** Of far closures many end alike: that alone does not tell that one was moved. */
function isCertain({ rule }: Match): boolean {
  return rule !== 'end' && rule !== 'edge';
}

function rotates(matches: readonly Match[]): boolean {
  const again = matches.filter(({ known }) => known !== undefined);
  return again.filter(({ rule }) => rule === 'uid').length < again.length / 2;
}

function countChanges(changes: readonly FeedChange[], seen: number): FeedPlan['counts'] {
  const count = (...actions: readonly string[]) => changes.filter(({ action }) => actions.includes(action)).length;
  return {
    seen,
    added: count('added'),
    changed: count('changed', 'back'),
    missing: count('missing'),
    released: count('released'),
  };
}

/** One of entries that are the same in UID and time, whichever comes first; two where they have two codes. */
function withoutDoubles(entries: readonly FeedEntry[]): FeedEntry[] {
  const groups = Map.groupBy(entries, (entry) => `${uidKey(entry)} ${entry.start} ${entry.end}`);
  return [...groups.values()].flatMap((group) => {
    if (group.length === 1) return group;
    const coded = group.filter(({ reservationCode }) => reservationCode !== undefined);
    const byCode = Map.groupBy(coded.length > 0 ? coded : group, ({ reservationCode }) => reservationCode);
    return [...byCode.values()].map((same) => same.reduce((a, b) => (goesBefore(b, a) ? b : a)));
  });
}

function goesBefore(a: FeedEntry, b: FeedEntry): boolean {
  if (a.kind !== b.kind) return a.kind === 'reservation';
  const [left, right] = [withoutWording(a), withoutWording(b)];
  return left === right ? a.raw < b.raw : left < right;
}

function withoutWording({ raw: _, ...said }: FeedEntry): string {
  return JSON.stringify(said);
}

function byTime(a: FeedChange, b: FeedChange): number {
  const [left, right] = [heldBy(a.known).start, heldBy(b.known).start];
  if (left !== right) return left < right ? -1 : 1;
  return a.known.eventId < b.known.eventId ? -1 : 1;
}
