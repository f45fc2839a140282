import type { BookingOrder } from './booking.ts';

/** `partial`: something was set aside or left to people; `held`: its changes wait for staff. */
export type RunStatus = 'success' | 'partial' | 'failed' | 'held';

/** One thing a run changed, without guest details. */
export interface RunChange {
  readonly action: string;
  readonly eventId?: string;
  readonly remoteId?: string;
  readonly resourceId?: string;
  readonly fields?: readonly string[];
  readonly reason?: string;
  /** The time it now has. */
  readonly start?: string;
  readonly end?: string;
}

/** How many items a run saw, and what became of them. */
export interface RunCounts {
  readonly seen: number;
  readonly added: number;
  readonly changed: number;
  readonly missing: number;
  readonly released: number;
  readonly setAside: number;
  readonly conflicts: number;
}

/** One execution of one sync: what it saw and what it changed. Kept for 90 days. */
export interface Run {
  readonly id: string;
  readonly flow: string;
  readonly trigger: string;
  readonly status: RunStatus;
  readonly resourceId?: string;
  readonly bindingId?: string;
  readonly feedId?: string;
  readonly systemId?: string;
  readonly importId?: string;
  /** How many parts of what reverting it takes are kept beside it; absent when it cannot be reverted. */
  readonly undoParts?: number;
  /** The run that reverted it. */
  readonly revertedBy?: string;
  /** The run that it reverted. */
  readonly reverts?: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly counts: RunCounts;
  readonly changes: readonly RunChange[];
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
  /** What of a feed could not be read, with its text, which may name guests: stored sealed. */
  readonly setAside?: readonly { readonly raw: string; readonly reason: string }[];
  /** Milliseconds. `commit` ends where the run itself is about to be written with the last of its changes. */
  readonly timingsMs: {
    readonly fetch: number;
    readonly parse: number;
    readonly plan: number;
    readonly commit: number;
  };
}

/** The counts of a run that did nothing. */
export const NO_COUNTS: RunCounts = {
  seen: 0,
  added: 0,
  changed: 0,
  missing: 0,
  released: 0,
  setAside: 0,
  conflicts: 0,
};

/** A staff edit that could not be done: what was wanted, what stands instead, and why. */
export interface Proposal {
  readonly id: string;
  readonly bindingId: string;
  readonly eventId: string;
  /** Only the fields in question. Titles may name guests: stored sealed. */
  readonly wanted: Readonly<Record<string, string>>;
  readonly kept: Readonly<Record<string, string>>;
  /** A code (`slot_taken`, `no_writable_source`, …). */
  readonly reason: string;
  /** The same for a person. */
  readonly detail: string;
  readonly createdAt: string;
}

/** Work that failed for good, kept so that a person can see and replay it. */
export interface DeadLetter {
  readonly id: string;
  readonly queue: string;
  /** The task's own payload; replaying enqueues it again. Stored sealed. */
  readonly payload: unknown;
  readonly reason: string;
  readonly detail: string;
  readonly eventId?: string;
  readonly bindingId?: string;
  /** Where the booking it carries stands among that booking's states; absent when it carries none. */
  readonly order?: BookingOrder;
  /** When the work first failed. */
  readonly createdAt: string;
  readonly replayedAt?: string;
}
