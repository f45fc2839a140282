import type { EventKind } from '@dovetail/core/domain/event.ts';
import type { Interval } from '@dovetail/core/domain/interval.ts';

/** Every kind of problem the service answers with: its status, and what it is in general. The names are stable. */
const KINDS = {
  'invalid-request': [400, 'The request is not valid'],
  unauthenticated: [401, 'The caller is not known'],
  'signature-invalid': [401, 'The signature does not match'],
  'signature-stale': [401, 'The signature is too old'],
  forbidden: [403, 'The caller may not do this'],
  'not-found': [404, 'There is nothing here'],
  'method-not-allowed': [405, 'The method is not supported here'],
  'request-timeout': [408, 'The request did not arrive in time'],
  'already-exists': [409, 'It exists already'],
  'in-use': [409, 'It is still in use'],
  'wrong-state': [409, 'Its state does not allow this'],
  rejected: [409, 'The other system refused'],
  'time-taken': [409, 'The time is taken'],
  'access-revoked': [409, 'Access was taken back'],
  'request-in-progress': [409, 'The same request is being worked on'],
  'precondition-failed': [412, 'It was changed meanwhile'],
  'body-too-large': [413, 'The body is too large'],
  'unsupported-media-type': [415, 'The body is of a type that is not taken here'],
  unprocessable: [422, 'This cannot be done'],
  'unknown-resource': [422, 'The resource is not known'],
  'idempotency-key-reused': [422, 'The idempotency key belongs to another request'],
  'rate-limited': [429, 'Too many requests'],
  'headers-too-large': [431, 'The headers are too large'],
  internal: [500, 'Something went wrong'],
  'temporarily-unavailable': [503, 'Try again later'],
} as const;

/** The name of a kind of problem; the end of its `type`. */
export type ProblemKind = keyof typeof KINDS;

/** What is wrong with one field; `path` is as in `data.end`, empty for the whole. */
export interface FieldError {
  readonly path: string;
  readonly detail: string;
}

/** What a problem says beyond its detail. */
export interface ProblemOptions {
  readonly errors?: readonly FieldError[];
  /** A code of another system, such as `slot_taken`. */
  readonly reason?: string;
  /** Of time that cannot be booked: what takes it, and what could be booked instead. */
  readonly time?: TimeProblem;
  /** Further headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** Why a time cannot be booked, as far as the caller may know, and the nearest free ones before and after. */
export interface TimeProblem {
  readonly inTheWay?: readonly (Interval & { readonly eventId?: string; readonly kind: EventKind })[];
  readonly alternatives?: readonly Interval[];
}

/** A refusal. `detail` tells the caller what to do about it; it holds nothing secret and no guest's details. */
export class Problem extends Error {
  readonly kind: ProblemKind;
  readonly errors: readonly FieldError[];
  readonly reason: string | undefined;
  readonly time: TimeProblem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(kind: ProblemKind, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause });
    this.kind = kind;
    this.errors = options.errors ?? [];
    this.reason = options.reason;
    this.time = options.time ?? {};
    this.headers = options.headers ?? {};
  }

  override get name(): string {
    return 'Problem';
  }

  get status(): number {
    return KINDS[this.kind][0];
  }

  /** The RFC 9457 document. `instance` names this one answer. */
  document(instance: string): ProblemDocument {
    const [status, title] = KINDS[this.kind];
    return {
      type: `urn:dovetail:problem:${this.kind}`,
      title,
      status,
      detail: this.message,
      instance,
      ...(this.reason !== undefined && { reason: this.reason }),
      ...(this.errors.length > 0 && { paths: this.errors.map(({ path }) => path), errors: this.errors }),
      ...this.time,
    };
  }
}

/** The body of a refusal; see `schemas/problem.ts`. */
export interface ProblemDocument extends TimeProblem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly reason?: string;
  readonly paths?: readonly string[];
  readonly errors?: readonly FieldError[];
}
