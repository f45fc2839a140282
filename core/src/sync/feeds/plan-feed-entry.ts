import type { FeedEntry } from '../../domain/feed.ts';
import { type Interval, sameInterval } from '../../domain/interval.ts';
import { heldBy, type KnownEntry } from '../../domain/known-entry.ts';
import type { FeedDay } from './feed-day.ts';
import { type EchoEvidence, type EchoVerdict, judgeEcho } from './judge-echo.ts';
import type { Match } from './plan-feed-matches.ts';
import { heldInterval } from './plan-feed-window.ts';

/** One event of the ledger that is to change. */
export interface FeedChange {
  readonly action: 'added' | 'changed' | 'back' | 'missing' | 'released';
  /** The entry as it is now known. */
  readonly known: KnownEntry;
  /** What the feed says of it; absent when it is not in the feed, or cannot be read. */
  readonly entry?: FeedEntry;
  /** What the feed says where it calls it off. */
  readonly calledOff?: FeedEntry;
  readonly fields: readonly string[];
  /** For a person. */
  readonly reason: string;
}

/** An entry that was read: what is from now on known of it, and the change of its event, if there is one. */
export interface SettledEntry {
  readonly known: KnownEntry;
  readonly change?: FeedChange;
}

/** What entries are compared with, beside what they are known as. */
export interface EntryContext extends FeedDay {
  readonly window: Interval;
  readonly echoes: EchoEvidence | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Compares an entry with what it is known as. Pure but for `nameOf`, which gives a new one its event id. */
export function settleEntry(
  { entry, known, rule }: Match,
  context: EntryContext,
  nameOf: (entry: FeedEntry) => string,
): SettledEntry {
  const held = heldInterval(entry, known, context.window, context);
  const code = entry.reservationCode ?? known?.reservationCode;
  const read: KnownEntry = {
    eventId: known?.eventId ?? nameOf(entry),
    uid: entry.uid,
    recurrenceId: entry.recurrenceId,
    start: entry.start,
    end: entry.end,
    kind: entry.kind,
    look: entry.look,
    state: 'present',
    ...(code !== undefined && { reservationCode: code }),
    ...(entry.edge && { edge: true }),
    ...(!sameInterval(entry, held) && { held }),
  };
  const next = withVerdict(read, judgeEcho(known, read, context.echoes, context.now));
  if (!known) {
    const change = { action: 'added', known: next, entry, fields: [], reason: 'it is new in the feed' } as const;
    return { known: next, change };
  }
  const fields = changedFields(known, next);
  const isBack = known.state !== 'present';
  if (fields.length === 0 && !isBack) return { known: next };
  if (next.echo?.isOver && !known.echo?.isOver) {
    return { known: next, change: { action: 'released', known: next, entry, fields, reason: ECHO_IS_OVER } };
  }
  const reason = `${isBack ? 'the feed shows it again' : 'the feed shows it otherwise'}, known by its ${RULE_WORDS[rule ?? 'uid']}`;
  return { known: next, change: { action: isBack ? 'back' : 'changed', known: next, entry, fields, reason } };
}

/** An entry that is shown as it was: what it repeats may have changed all the same. Pure. */
export function settleShown(known: KnownEntry, { echoes, now }: Pick<EntryContext, 'echoes' | 'now'>): SettledEntry {
  const next = withVerdict(known, judgeEcho(known, known, echoes, now));
  const fields = changedFields(known, next);
  if (fields.length === 0) return { known: next };
  const isOver = next.echo?.isOver === true;
  const reason = isOver ? ECHO_IS_OVER : 'what it repeats has changed';
  return { known: next, change: { action: isOver ? 'released' : 'changed', known: next, fields, reason } };
}

const ECHO_IS_OVER = 'what it repeats is gone, and its platform has had time to hear of that';

function withVerdict(entry: KnownEntry, { echo, showedFirst }: EchoVerdict): KnownEntry {
  const { echo: _, showedFirst: __, ...rest } = entry;
  return { ...rest, ...(echo && { echo }), ...(showedFirst && { showedFirst }) };
}

const RULE_WORDS = {
  uid: 'UID',
  code: 'reservation code',
  range: 'dates',
  start: 'start',
  end: 'end',
  edge: 'place at the edge of the booking window',
} as const;

function changedFields(before: KnownEntry, after: KnownEntry): string[] {
  return [
    ...(sameInterval(heldBy(before), heldBy(after)) ? [] : ['interval']),
    ...(before.kind === after.kind ? [] : ['kind']),
    ...(before.reservationCode === after.reservationCode ? [] : ['reservationCode']),
    ...(before.look === after.look ? [] : ['details']),
    ...(standingOf(before) === standingOf(after) ? [] : ['echo']),
  ];
}

/** When an echo is to end is remembered, and changes no event. */
function standingOf({ echo, showedFirst }: KnownEntry): string {
  return JSON.stringify([echo?.of, echo?.isOver, showedFirst]);
}

/** A reservation that took time with this read. */
export function takesTime({ known, change }: SettledEntry): boolean {
  if (known.kind !== 'reservation' || known.echo) return false;
  return change?.action === 'added' || change?.fields.includes('interval') === true;
}
