import type { FeedSuspicion } from '../../domain/feed.ts';
import { type Interval, instantOf, msOf } from '../../domain/interval.ts';
import { heldBy, type KnownEntry } from '../../domain/known-entry.ts';

/** Absences of hours are no cancellations: on a real calendar nine in ten that ended did so within four hours. */
const RELEASE_AFTER_MS = 6 * 3_600_000;
/** While a feed is suspect. */
const RELEASE_SUSPECT_AFTER_MS = 24 * 3_600_000;
/** Fewer than this vanish together by chance. */
const LEAST_TO_HALVE = 4;

/** What one complete read says about the entries it did not show. */
export interface AbsenceInput {
  /** What is known and was shown, as it was known. */
  readonly shown: readonly KnownEntry[];
  /** What is known and was not shown. */
  readonly absent: readonly KnownEntry[];
  /** The feed says itself that the entry was called off. */
  readonly isCancelled: (known: KnownEntry) => boolean;
  /** It is in the feed, in a form that could not be read. */
  readonly isUnreadable: (known: KnownEntry) => boolean;
  /** It is in the feed, and starts behind what is taken from it: the limits are narrower now, or it was moved there. */
  readonly isLeftOut: (known: KnownEntry) => boolean;
  /** It repeated time of ours, and its platform has heard that this is gone. */
  readonly isExplained?: (known: KnownEntry) => boolean;
  /** The time of reservations that are new, or moved, with this read. */
  readonly taken: readonly Interval[];
  /** The feed showed no entry at all. */
  readonly isEmpty: boolean;
  readonly suspicion: FeedSuspicion | undefined;
  /** Staff say that what is absent is gone. */
  readonly isAccepted: boolean;
  readonly now: number;
  /** What starts at or before this has begun. */
  readonly begunUntil: string;
}

/** What became of an entry that was not shown. */
export interface Absence {
  readonly action: 'missing' | 'released' | 'back';
  readonly known: KnownEntry;
  /** For a person. */
  readonly reason: string;
}

export interface AbsencePlan {
  /** Entries whose event changes. */
  readonly changes: readonly Absence[];
  /** What is still to be remembered of the absent. */
  readonly entries: readonly KnownEntry[];
  readonly suspicion?: FeedSuspicion;
  readonly nextReleaseAt?: string;
}

/**
 * Decides what an absence means. Absence is not evidence: what is no longer shown is `missing` and holds its time until
 * at least two complete reads spanning six hours agree, or 24 hours while the feed is suspect, or staff do. At once goes
 * what the feed calls off, what it shows beyond its limits, what repeated time of ours that its platform knows to be gone,
 * and what a new reservation of the same feed has taken the time of. A stay that has begun is never missed; one that is
 * over is forgotten. A feed is suspect when it shows nothing, or less than half of four or more entries to come, of what
 * its last healthy read showed. Pure.
 */
export function planAbsences(input: AbsenceInput): AbsencePlan {
  const { suspicion: before, now } = input;
  const lost = lostSince(input);
  const judged = judge(input, lost.size);
  const suspicion = judged && { reason: judged, since: before?.since ?? instantOf(now) };
  const decide = decider(input, suspicion);
  const changes: Absence[] = [];
  const kept: KnownEntry[] = [];
  for (const known of input.absent) {
    const { change, entry } = decide(known);
    if (change) changes.push(change);
    if (entry) kept.push(entry);
  }
  const stillLost = kept.filter(({ eventId, state }) => state === 'missing' && lost.has(eventId)).length;
  const stays = judge(input, stillLost) ? suspicion : undefined;
  const entries = suspicion && !stays ? kept.map(missedAnew(suspicion, input)) : kept;
  const nextReleaseAt = nextRelease(entries, stays, input.begunUntil);
  return { changes, entries, ...(stays && { suspicion: stays }), ...(nextReleaseAt && { nextReleaseAt }) };
}

/** The events to come that the last healthy read showed, and this one does not. */
function lostSince(input: AbsenceInput): ReadonlySet<string> {
  const lost = input.absent.filter(
    (known) =>
      wasShown(known, input) &&
      ![input.isCancelled, input.isUnreadable, input.isLeftOut, input.isExplained].some((isSo) => isSo?.(known)),
  );
  return new Set(lost.map(({ eventId }) => eventId));
}

/**
 * True for what the last healthy read showed and is still to come: what went missing under suspicion counts to it, what
 * came under suspicion does not.
 */
export function wasShown(
  { start, state, since, isNewcomer }: KnownEntry,
  { suspicion, begunUntil }: Pick<AbsenceInput, 'suspicion' | 'begunUntil'>,
): boolean {
  if (start <= begunUntil || state === 'released' || isNewcomer) return false;
  const isUnderSuspicion = suspicion !== undefined && since !== undefined && since >= suspicion.since;
  return (state === 'missing') === isUnderSuspicion;
}

/** Why the feed is suspect, if it is, with so many lost of what it showed. */
function judge(input: AbsenceInput, lost: number): 'emptied' | 'halved' | undefined {
  if (lost === 0) return undefined;
  if (input.isEmpty) return 'emptied';
  const there = [...input.shown, ...input.absent.filter(input.isUnreadable)];
  const survivors = there.filter((known) => wasShown(known, input)).length;
  const expected = survivors + lost;
  const isEnough = input.suspicion !== undefined || expected >= LEAST_TO_HALVE;
  return isEnough && survivors < expected / 2 ? 'halved' : undefined;
}

interface Decision {
  readonly change?: Absence;
  /** Absent when it is forgotten. */
  readonly entry?: KnownEntry;
}

function decider(input: AbsenceInput, suspicion: FeedSuspicion | undefined): (known: KnownEntry) => Decision {
  const { now, begunUntil, suspicion: before } = input;
  const at = instantOf(now);
  const isToCome = ({ start }: KnownEntry) => start > begunUntil;
  const isTaken = suspicion ? () => false : overlapsAny(input.taken);
  const holdMs = suspicion ? RELEASE_SUSPECT_AFTER_MS : RELEASE_AFTER_MS;
  const anew = before && !suspicion ? missedAnew(before, input) : undefined;
  const release = (known: KnownEntry, reason: string): Decision => {
    const entry = { ...known, state: 'released', since: at } as const;
    const change = { action: 'released', known: entry, reason } as const;
    return isToCome(known) ? { change, entry } : { change };
  };
  return (known) => {
    if (heldBy(known).end <= begunUntil) return {};
    if (known.state === 'released') return isToCome(known) ? { entry: known } : {};
    if (input.isCancelled(known)) return release(known, 'it was called off in the feed');
    if (input.isLeftOut(known)) return release(known, 'it starts further ahead than is taken from the feed');
    if (input.isUnreadable(known)) return seenAgain(known, input);
    if (known.echo?.isOver) return {};
    if (input.isExplained?.(known)) return release(known, 'its platform has heard that what it repeated is gone');
    if (!isToCome(known)) return { entry: known };
    if (isTaken(known)) return release(known, 'a new reservation of the feed took its time');
    const missed = anew ? anew(known) : known;
    const since = missed.state === 'missing' && missed.since !== undefined ? missed.since : at;
    if (input.isAccepted) return release(known, 'staff confirmed that it is gone');
    if (now - msOf(since) >= holdMs) return release(known, `the feed has not shown it since ${since}`);
    // That it came under suspicion is not forgotten by its absence.
    const isNew = known.state === 'present' && suspicion !== undefined && !wasShown(known, input);
    const entry = { ...known, state: 'missing', since, ...(isNew && { isNewcomer: true as const }) } as const;
    const reason = 'the feed no longer shows it; its time stays taken until that is certain';
    return known.state === 'missing' ? { entry } : { change: { action: 'missing', known: entry, reason }, entry };
  };
}

/**
 * What was missed under a suspicion that is over is missed from now on, as far as evidence goes. Where nothing came back that
 * proves the suspicion wrong, as when stays that were lost have begun meanwhile, it is still gone after a day.
 */
function missedAnew(suspicion: FeedSuspicion, { shown, now }: AbsenceInput): (known: KnownEntry) => KnownEntry {
  const isWrong = shown.some((entry) => wasMissedUnder(suspicion, entry));
  return (known) => {
    if (!wasMissedUnder(suspicion, known)) return known;
    const aDayOn = msOf(known.since) + RELEASE_SUSPECT_AFTER_MS - RELEASE_AFTER_MS;
    return { ...known, since: instantOf(isWrong ? now : Math.min(now, aDayOn)) };
  };
}

function wasMissedUnder(suspicion: FeedSuspicion, known: KnownEntry): known is KnownEntry & { readonly since: string } {
  return known.state === 'missing' && known.since !== undefined && known.since >= suspicion.since;
}

function seenAgain(known: KnownEntry, input: AbsenceInput): Decision {
  if (known.state === 'present') return { entry: known };
  const { since: _, isNewcomer: __, ...rest } = known;
  const isNewcomer = !wasShown(known, input);
  const entry = { ...rest, state: 'present', ...(isNewcomer && { since: instantOf(input.now) }) } as const;
  return { change: { action: 'back', known: entry, reason: 'it is in the feed again, but could not be read' }, entry };
}

function nextRelease(
  entries: readonly KnownEntry[],
  suspicion: FeedSuspicion | undefined,
  begunUntil: string,
): string | undefined {
  const holdMs = suspicion ? RELEASE_SUSPECT_AFTER_MS : RELEASE_AFTER_MS;
  const missed = entries.filter(({ state, start }) => state === 'missing' && start > begunUntil);
  const first = missed.map(({ since = '' }) => since).sort()[0];
  return first === undefined ? undefined : instantOf(msOf(first) + holdMs);
}

/** Tells whether an entry's time overlaps any of these, in the time of a search. */
function overlapsAny(intervals: readonly Interval[]): (known: KnownEntry) => boolean {
  const sorted = [...intervals].sort((a, b) => (a.start < b.start ? -1 : 1));
  const latestEnd: string[] = [];
  for (const { end } of sorted) latestEnd.push(latestEnd.length > 0 ? max(latestEnd.at(-1) ?? end, end) : end);
  return (known) => {
    const held = heldBy(known);
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle]?.start ?? '') < held.end) low = middle + 1;
      else high = middle;
    }
    return low > 0 && (latestEnd[low - 1] ?? '') > held.start;
  };
}

function max(a: string, b: string): string {
  return a > b ? a : b;
}
