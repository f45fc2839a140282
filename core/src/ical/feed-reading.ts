import type { FeedEntry, PlatformGuess } from '../domain/feed.ts';
import type { SetAside } from './set-aside.ts';

/** Why an event that can be read keeps nobody from its time. */
export type FreeReason = 'cancelled' | 'transparent';

/** What a feed says, in one value. */
export interface SemanticHash {
  readonly hash: string;
  /**
   * The feed holds series. What it means then also depends on the day on which it is read: mix the local date into any
   * comparison.
   */
  readonly recurring: boolean;
}

export interface FreeEntry {
  readonly entry: FeedEntry;
  readonly reason: FreeReason;
}

/**
 * A feed as read. Every VEVENT of the document became entries, is free, or is set aside:
 * `vevents` = `eventsRead` + `free` + those of `setAside` that are not `partly`.
 */
export interface FeedReading {
  /** What holds time. A UID may come more than once. Occurrences of series stand behind all others. */
  readonly entries: readonly FeedEntry[];
  /** What is in the feed but holds no time: called off, or marked as free. */
  readonly free: readonly FreeEntry[];
  /** What could not be read, with its text; it may name guests. */
  readonly setAside: readonly SetAside[];
  /** Who made the document, as it says itself. */
  readonly prodId: string;
  /** Where it seems to come from, whatever staff say. */
  readonly guess: PlatformGuess;
  /** It holds series. */
  readonly recurring: boolean;
  /** As `semanticHash` gives it. */
  readonly semanticHash: string;
  /** VEVENTs in the document. */
  readonly vevents: number;
  /** VEVENTs that became entries; a series without an occurrence in the window became none. */
  readonly eventsRead: number;
}
