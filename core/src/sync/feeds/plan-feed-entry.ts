import type { FeedEntry } from '../../domain/feed.ts';
import { type Interval, sameInterval } from '../../domain/interval.ts';
import { heldBy, type KnownEntry } from '../../domain/known-entry.ts';
import type { FeedDay } from './feed-day.ts';
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

/** Compares an entry with what it is known as. Pure but for `nameOf`, which gives a new one its event id. */
export function settleEntry(
  { entry, known, rule }: Match,
  window: Interval,
  day: FeedDay,
  nameOf: (entry: FeedEntry) => string,
): SettledEntry {
  const held = heldInterval(entry, known, window, day);
  const code = entry.reservationCode ?? known?.reservationCode;
  const next: KnownEntry = {
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
  if (!known) {
    const change = { action: 'added', known: next, entry, fields: [], reason: 'it is new in the feed' } as const;
    return { known: next, change };
  }
  const fields = changedFields(known, next);
  const isBack = known.state !== 'present';
  if (fields.length === 0 && !isBack) return { known: next };
  const reason = `${isBack ? 'the feed shows it again' : 'the feed shows it otherwise'}, known by its ${RULE_WORDS[rule ?? 'uid']}`;
  return { known: next, change: { action: isBack ? 'back' : 'changed', known: next, entry, fields, reason } };
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
  ];
}

/** A reservation that took time with this read. */
export function takesTime({ known, change }: SettledEntry): boolean {
  return known.kind === 'reservation' && (change?.action === 'added' || change?.fields.includes('interval') === true);
}
