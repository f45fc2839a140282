/** Which of a feed's time is taken into the ledger, and what is odd enough to warn of. */
export interface FeedLimits {
  /** Shorter entries are taken with a warning. On timed resources a night is a day. */
  readonly minNights: number;
  /** Longer entries are taken, as far as they lie in the window, with a warning: their time is taken. */
  readonly maxNights: number;
  /** The window's end, in days from today. */
  readonly daysAhead: number;
  /** The window's start, in days before today. */
  readonly daysBack: number;
}

export const DEFAULT_FEED_LIMITS: FeedLimits = { minNights: 1, maxNights: 365, daysAhead: 730, daysBack: 30 };
