import type { FeedEntry } from './feed.ts';
import type { Interval } from './interval.ts';

/**
 * What is remembered of a feed's entry from one read to the next: enough to know it again and to see that it changed,
 * and nothing that a guest could be told by. `start` and `end` are as the feed stated them.
 */
export interface KnownEntry extends Interval {
  /** Of its event in the ledger, whatever UID the feed gives it now. */
  readonly eventId: string;
  readonly uid: string;
  readonly recurrenceId: string;
  readonly kind: FeedEntry['kind'];
  readonly reservationCode?: string;
  readonly edge?: boolean;
  /** The time it holds in the ledger, where that is not the time the feed states. */
  readonly held?: Interval;
  /** Hash of everything else its event shows. */
  readonly look: string;
  readonly echo?: EntryEcho;
  /** It was shown before its platform could have collected the time of ours that covers it. */
  readonly showedFirst?: true;
  /** `released` ones are remembered until their time has come, so that they are the same event should they come back. */
  readonly state: 'present' | 'missing' | 'released';
  /** When it was first missed, or released; of one that is present, when it came while the feed was suspect. */
  readonly since?: string;
  /** Of one that is missed: it had come while the feed was suspect, so it speaks for nothing that was shown before. */
  readonly isNewcomer?: true;
}

/** That an entry repeats time of ours which its platform had collected. */
export interface EntryEcho {
  /** The event whose time it is; the first of several. */
  readonly of: string;
  /** What it repeats is gone; until then the platform may not know. */
  readonly endsAt?: string;
  /** That has passed, and the platform shows it still: it holds no time. */
  readonly isOver?: true;
}

/** The time an entry holds in the ledger. */
export function heldBy({ start, end, held }: Pick<KnownEntry, 'start' | 'end' | 'held'>): Interval {
  return held ?? { start, end };
}
