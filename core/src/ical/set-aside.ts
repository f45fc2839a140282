/**
 * Why a VEVENT could not become entries, or not all of it:
 * - `cut-off`: its END is missing
 * - `no-start`, `bad-time`: a time is missing, or names no real one
 * - `contradictory-times`: two starts or two ends that differ
 * - `end-before-start`, `takes-no-time`
 * - `covers-no-night`: a nightly resource, and all of it within one day
 * - `recurring`: a series, and the caller gave no window to expand it in
 * - `bad-rule`: its recurrence cannot be understood
 * - `rule-too-frequent`: it recurs every minute or second, or more often a day than anything that is booked
 * - `too-many-occurrences`: it, or the feed before it, has more occurrences than are read
 * - `this-and-future`: it changes one occurrence and all after it (RANGE=THISANDFUTURE); only the one is changed
 * - `too-large`: its list of dates, or of rules, is longer than is read
 * - `unreadable`: for any other reason
 */
export type SetAsideReason =
  | 'cut-off'
  | 'no-start'
  | 'bad-time'
  | 'contradictory-times'
  | 'end-before-start'
  | 'takes-no-time'
  | 'covers-no-night'
  | 'recurring'
  | 'bad-rule'
  | 'rule-too-frequent'
  | 'too-many-occurrences'
  | 'this-and-future'
  | 'too-large'
  | 'unreadable';

/** A VEVENT that could not be read, kept for staff. */
export interface SetAside {
  /** Its text with line feeds, at most 8,192 bytes of it in UTF-8. It may name guests. */
  readonly raw: string;
  readonly reason: SetAsideReason;
  readonly uid?: string;
  /** A part of it was read: it has entries too. */
  readonly partly?: true;
}

/** Thrown while one event is read; it concerns that event alone. */
export class NotReadable extends Error {
  readonly reason: SetAsideReason;

  constructor(reason: SetAsideReason, options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
  }
}
