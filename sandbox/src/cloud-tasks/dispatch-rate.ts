/** How fast a queue may dispatch: `RateLimits`. */
export interface RateLimits {
  /** At most 500. */
  readonly maxDispatchesPerSecond: number;
  /** Size of the token bucket. */
  readonly maxBurstSize: number;
  /** At most 5,000. */
  readonly maxConcurrentDispatches: number;
}

/** A queue slows down at most once in this time, so that a burst of complaints counts as one. */
const COMPLAINT_MS = 1_000;
/** A slowed queue doubles its speed each time this much passes without a complaint. */
const RECOVERY_MS = 10_000;
const SLOWEST_SHARE = 1 / 16;

/**
 * The token bucket of one queue, which holds no timer: it is asked. A worker that answers 429 or 503 makes the queue
 * slower for a while. Google documents that it does, not by how much: here each complaint halves the rate, down to a
 * sixteenth but not below one a second, and calm doubles it again.
 */
export class DispatchRate {
  readonly #limits: RateLimits;
  #tokens: number;
  #filledAt: number;
  #share = 1;
  #slowedAt = Number.NEGATIVE_INFINITY;

  constructor(limits: RateLimits, now: number) {
    this.#limits = limits;
    this.#tokens = limits.maxBurstSize;
    this.#filledAt = now;
  }

  /** Takes a token. False when there is none: ask again at `nextAt`. */
  take(now: number): boolean {
    this.#fill(now);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** When there will be a token, at the present speed. */
  nextAt(now: number): number {
    this.#fill(now);
    return now + Math.ceil((Math.max(0, 1 - this.#tokens) / this.perSecond(now)) * 1_000);
  }

  /** The worker asked for less. */
  slowDown(now: number): void {
    if (now - this.#slowedAt < COMPLAINT_MS) return;
    this.#fill(now);
    this.#share = Math.max(SLOWEST_SHARE, this.#shareAt(now) / 2);
    this.#slowedAt = now;
    this.#tokens = Math.min(this.#tokens, this.#burstAt(now));
  }

  /** The present speed. */
  perSecond(now: number): number {
    const { maxDispatchesPerSecond } = this.#limits;
    return Math.max(maxDispatchesPerSecond * this.#shareAt(now), Math.min(maxDispatchesPerSecond, 1));
  }

  #fill(now: number): void {
    const refill = (Math.max(0, now - this.#filledAt) / 1_000) * this.perSecond(now);
    this.#tokens = Math.min(this.#burstAt(now), this.#tokens + refill);
    this.#filledAt = Math.max(now, this.#filledAt);
  }

  #shareAt(now: number): number {
    const calmMs = Math.max(0, now - this.#slowedAt);
    return Math.min(1, this.#share * 2 ** Math.min(Math.floor(calmMs / RECOVERY_MS), 10));
  }

  #burstAt(now: number): number {
    return Math.max(1, this.#limits.maxBurstSize * this.#shareAt(now));
  }
}
