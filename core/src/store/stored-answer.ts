/**
 * What was answered to a write that carried an `Idempotency-Key`, so that repeating the request repeats the answer.
 * Without a `status` the request is still being worked on.
 */
export interface StoredAnswer {
  /** SHA-256 of the key, in hex. */
  readonly id: string;
  /** Of method, address and body: one key belongs to one request. */
  readonly requestHash: string;
  readonly startedAt: string;
  readonly status?: number;
  /** JSON; may name guests. Stored sealed. */
  readonly body?: unknown;
}
