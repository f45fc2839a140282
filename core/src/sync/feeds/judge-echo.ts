import type { Platform } from '../../domain/event.ts';
import { type Interval, instantOf, sameInterval } from '../../domain/interval.ts';
import { type EntryEcho, heldBy, type KnownEntry } from '../../domain/known-entry.ts';
import { eventOfUid } from '../publications/build-publication.ts';

/** Time of ours that a feed's platform is, or was, told of the feed's resource. */
export interface EchoTime extends Interval {
  readonly eventId: string;
}

/** What a feed's platform knew of us when the feed was read, and knows now. Times are in the order of their starts. */
export interface EchoEvidence {
  readonly platform: Platform;
  /** What it is told now. */
  readonly told: readonly EchoTime[];
  /** Of that, what it had collected before the feed was read. */
  readonly collected: readonly EchoTime[];
  /** The same, with what it had collected and has not heard the end of. */
  readonly believed: readonly EchoTime[];
  /** By event: since when it is known to have collected that the event's time is free again. */
  readonly heardAt: ReadonlyMap<string, string>;
  /** How long it may take from collecting a change to showing it, milliseconds. */
  readonly lagMs: number;
  /** It words closures and stays alike. */
  readonly mayBeStays: boolean;
}

/** What an entry is, beside what its feed says. */
export type EchoVerdict = Pick<KnownEntry, 'echo' | 'showedFirst'>;

/**
 * An echo whose cause is gone ends after so long at the latest: a platform that has not come for our calendar within two
 * days comes no more.
 */
const MOST_LAG_MS = 48 * 3_600_000;

/**
 * Whether a closure that a feed shows repeats time of ours. Pure.
 *
 * It does when all of its time is covered by what its platform had collected from us before it first showed it; a UID of
 * ours proves it whatever it is. Covered only by what the platform could not have collected yet, it may be a stay that
 * was sold there first. What was judged when it first came is judged anew only when its time changes or it comes back; an
 * echo that was left out for a while is one still where time of ours covers it, whichever: its platform was never told that
 * it is free.
 *
 * When what it repeats is gone the echo lasts until the platform has heard of that and has had time to show it. If it is
 * shown still, an echo that cannot be a stay is over and holds no time; one that may be a stay stands for itself from
 * then on: the nights that came free may just have been sold there.
 */
export function judgeEcho(
  before: KnownEntry | undefined,
  next: KnownEntry,
  evidence: EchoEvidence | undefined,
  now: number,
): EchoVerdict {
  const isAsKnown = before?.kind === next.kind && sameInterval(heldBy(before), heldBy(next));
  if (isAsKnown && before.state === 'present') {
    if (!before.echo || before.echo.isOver || !evidence) return verdictOf(before);
    return lasting(before.echo, next, evidence, now);
  }
  if (isAsKnown && before.state === 'missing' && before.echo && !before.echo.isOver && evidence) {
    if (coverOf(heldBy(next), evidence.told, next.eventId)) return lasting(before.echo, next, evidence, now);
  }
  if (!evidence || (next.kind !== 'block' && !isProven(next))) return {};
  return firstSeen(next, evidence, now);
}

/** True for a closure whose UID is one that we published. */
function isProven({ uid }: Pick<KnownEntry, 'uid'>): boolean {
  return eventOfUid(uid) !== undefined;
}

function verdictOf({ echo, showedFirst }: KnownEntry): EchoVerdict {
  return { ...(echo && { echo }), ...(showedFirst && { showedFirst }) };
}

function firstSeen(next: KnownEntry, evidence: EchoEvidence, now: number): EchoVerdict {
  const { told, collected, believed } = evidence;
  const held = heldBy(next);
  const named = eventOfUid(next.uid);
  const causes =
    coverOf(
      held,
      told.filter(({ eventId }) => eventId === named),
    ) ?? coverOf(held, collected, next.eventId);
  if (causes) return { echo: { of: causes[0] ?? '' } };
  if (next.kind !== 'block') return {};
  const late = coverOf(held, believed, next.eventId);
  if (late) return { echo: { of: late[0] ?? '', endsAt: instantOf(now + MOST_LAG_MS) } };
  return coverOf(held, told, next.eventId) && !next.edge ? { showedFirst: true } : {};
}

function lasting(
  echo: EntryEcho,
  next: KnownEntry,
  { told, heardAt, lagMs, mayBeStays }: EchoEvidence,
  now: number,
): EchoVerdict {
  const causes = coverOf(heldBy(next), told, next.eventId);
  if (causes) return { echo: { of: causes.includes(echo.of) ? echo.of : (causes[0] ?? echo.of) } };
  const heard = heardAt.get(echo.of);
  const ends = [echo.endsAt ?? instantOf(now + MOST_LAG_MS)];
  if (heard !== undefined) ends.push(instantOf(Date.parse(heard) + lagMs));
  const endsAt = ends.sort()[0] ?? '';
  if (endsAt > instantOf(now)) return { echo: { of: echo.of, endsAt } };
  return mayBeStays && !isProven(next) ? {} : { echo: { of: echo.of, endsAt, isOver: true } };
}

/**
 * The events that cover an interval together, of times by start; undefined when some of it is left. Pure.
 * @param itself the event whose time the interval is: nothing repeats itself. A platform that nobody knows is told also
 * what it has shown.
 */
export function coverOf(interval: Interval, times: readonly EchoTime[], itself?: string): string[] | undefined {
  const covering: string[] = [];
  let { start } = interval;
  for (const time of times) {
    if (time.end <= start || time.eventId === itself) continue;
    if (time.start > start || start >= interval.end) break;
    covering.push(time.eventId);
    start = time.end;
  }
  return start >= interval.end ? covering : undefined;
}

/** True when a vanished echo is no absence: its platform has heard that what it repeated is gone. Pure. */
export function isExplained(known: KnownEntry, evidence: EchoEvidence | undefined): boolean {
  if (!known.echo || known.echo.isOver || !evidence) return known.echo?.isOver ?? false;
  return evidence.heardAt.has(known.echo.of) && !coverOf(heldBy(known), evidence.told, known.eventId);
}

/** When the echoes among these are next to be compared with what they repeat; undefined when there are none. Pure. */
export function nextEchoAt(entries: readonly KnownEntry[], now: number): string | undefined {
  const live = entries.filter(({ echo, state }) => echo && !echo.isOver && state === 'present');
  if (live.length === 0) return undefined;
  const usual = instantOf(now + CHECK_EVERY_MS);
  return [usual, ...live.flatMap(({ echo }) => echo?.endsAt ?? [])].sort()[0];
}

/** A platform that takes our changes up shows it, and its feed is read then; this is for those that do not. */
const CHECK_EVERY_MS = 6 * 3_600_000;
