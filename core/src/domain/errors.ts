/**
 * Failures, classified by what the caller must do. Adapters translate a remote answer into one of these once, from
 * its status and reason codes; nobody ever reads a message to decide. Anything thrown that is not a `DovetailError`
 * is a bug.
 */
export type ErrorKind =
  | 'rate-limited'
  | 'temporarily-unavailable'
  | 'sync-token-expired'
  | 'precondition-failed'
  | 'already-exists'
  | 'access-revoked'
  | 'not-found'
  | 'rejected'
  | 'invalid-input';

/** What every expected failure is; `kind` is what callers and log readers go by. */
export abstract class DovetailError extends Error {
  abstract readonly kind: ErrorKind;

  override get name(): string {
    return this.constructor.name;
  }
}

/** Ask again later, not before `retryAfterMs` when it is given. */
export class RateLimited extends DovetailError {
  readonly kind = 'rate-limited';
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: ErrorOptions & { retryAfterMs?: number | undefined } = {}) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The other side did not answer, or answered with a fault of its own: try again later. */
export class TemporarilyUnavailable extends DovetailError {
  readonly kind = 'temporarily-unavailable';
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: ErrorOptions & { retryAfterMs?: number | undefined } = {}) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Others kept changing what this was about while it was decided: try again in a moment. Nothing was done. */
export class Contended extends TemporarilyUnavailable {}

/** The cursor of an incremental read is dead: forget it and read everything. */
export class SyncTokenExpired extends DovetailError {
  readonly kind = 'sync-token-expired';
}

/** What we knew is no longer so: read again and plan again. */
export class PreconditionFailed extends DovetailError {
  readonly kind = 'precondition-failed';
}

/** Something with this identity is, or once was, there. */
export class AlreadyExists extends DovetailError {
  readonly kind = 'already-exists';
}

/** We may no longer do this; only a person can give the access back. Park, and tell staff. */
export class AccessRevoked extends DovetailError {
  readonly kind = 'access-revoked';
}

/** There is nothing by that name. */
export class NotFound extends DovetailError {
  readonly kind = 'not-found';
}

/** The other system understood and refused, for `reason` (its own code, such as `slot_taken`). */
export class Rejected extends DovetailError {
  readonly kind = 'rejected';
  readonly reason: string;

  constructor(message: string, options: ErrorOptions & { reason: string }) {
    super(message, options);
    this.reason = options.reason;
  }
}

/** An event that takes time somebody else wants. */
export interface InTheWay {
  readonly id: string;
  readonly kind: 'reservation' | 'block' | 'maintenance';
  readonly start: string;
  readonly end: string;
}

/** The time cannot be booked, because `inTheWay` takes it: choose another. */
export class TimeTaken extends Rejected {
  readonly inTheWay: readonly InTheWay[];

  constructor(inTheWay: readonly InTheWay[]) {
    super('another event has that time', { reason: 'slot_taken' });
    this.inTheWay = inTheWay;
  }
}

/** What we were given cannot be used; `paths` name the offending fields. */
export class InvalidInput extends DovetailError {
  readonly kind = 'invalid-input';
  readonly paths: readonly string[];

  constructor(message: string, options: ErrorOptions & { paths?: readonly string[] } = {}) {
    super(message, options);
    this.paths = options.paths ?? [];
  }
}

/** A rule of a resource that a booking would break; `path` is the field to change. */
export interface BrokenRule {
  readonly path: 'start' | 'end';
  readonly detail: string;
}

/** A booking that its resource's rules do not allow; staff may set them aside. */
export class RulesBroken extends InvalidInput {
  readonly broken: readonly BrokenRule[];

  constructor(broken: readonly BrokenRule[]) {
    super(broken.map(({ path, detail }) => `${path} ${detail}`).join('; '), { paths: broken.map(({ path }) => path) });
    this.broken = broken;
  }
}

/** True for failures that time alone can heal. */
export function isTransient(error: unknown): error is RateLimited | TemporarilyUnavailable {
  return error instanceof RateLimited || error instanceof TemporarilyUnavailable;
}
