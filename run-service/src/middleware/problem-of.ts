import {
  AccessRevoked,
  AlreadyExists,
  Contended,
  InvalidInput,
  NotFound,
  PreconditionFailed,
  RateLimited,
  Rejected,
  TemporarilyUnavailable,
  TimeTaken,
} from '@dovetail/core/domain/errors.ts';
import { Problem } from './problem.ts';

/** What a booking system's reason means to the person who asked; other codes are shown as they are. */
const REASONS: Readonly<Record<string, string>> = {
  slot_taken: 'Another booking has that time. Choose another time or resource.',
  past: 'The booking is over and can no longer be changed.',
  locked: 'The booking is locked in the booking system. Unlock it there first.',
};

const RETRY_SECONDS = 5;

/**
 * The refusal that an error becomes: the one place that knows. What is no refusal of anybody's is `internal` and tells
 * nothing of its cause.
 */
export function problemOf(cause: unknown): Problem {
  if (cause instanceof Problem) return cause;
  return (
    ofCoreError(cause) ??
    ofHttpError(cause) ??
    new Problem('internal', 'The fault is ours and has been logged. Try again, or report the request id.', { cause })
  );
}

function ofCoreError(cause: unknown): Problem | null {
  if (cause instanceof InvalidInput) {
    const detail = sentence(cause.message);
    return new Problem('invalid-request', detail, { cause, errors: cause.paths.map((path) => ({ path, detail })) });
  }
  if (cause instanceof NotFound) return new Problem('not-found', sentence(cause.message), { cause });
  if (cause instanceof AlreadyExists) return new Problem('already-exists', sentence(cause.message), { cause });
  if (cause instanceof TimeTaken) {
    const detail = 'Another event has that time. Choose another time or resource.';
    return new Problem('time-taken', detail, { cause, reason: cause.reason });
  }
  if (cause instanceof Rejected) {
    const { reason } = cause;
    return new Problem('rejected', REASONS[reason] ?? sentence(cause.message), { cause, reason });
  }
  if (cause instanceof AccessRevoked) {
    const detail = `${sentence(cause.message)} Staff must give the access back; then try again.`;
    return new Problem('access-revoked', detail, { cause });
  }
  if (cause instanceof PreconditionFailed) {
    return new Problem('precondition-failed', 'It was changed meanwhile. Read it again, then decide.', { cause });
  }
  if (cause instanceof RateLimited) {
    const detail = 'Too much was asked at once. Try again later.';
    return new Problem('rate-limited', detail, { cause, headers: retryAfter(cause) });
  }
  if (cause instanceof Contended) {
    const detail = 'Too many asked for the same at once, and nothing was done. Try again.';
    return new Problem('temporarily-unavailable', detail, { cause, headers: { 'Retry-After': '1' } });
  }
  if (cause instanceof TemporarilyUnavailable) {
    const detail = 'A system this needs did not answer. Try again later.';
    return new Problem('temporarily-unavailable', detail, { cause, headers: retryAfter(cause) });
  }
  return null;
}

/** Errors of express and its body parser, told apart by their status and type, never by their text. */
function ofHttpError(cause: unknown): Problem | null {
  const { status, type } = (cause ?? {}) as { readonly status?: unknown; readonly type?: unknown };
  if (typeof status !== 'number' || status < 400 || status > 499) return null;
  if (type === 'entity.too.large') return new Problem('body-too-large', 'Send at most 256 kB.', { cause });
  if (type === 'encoding.unsupported') {
    return new Problem('unsupported-media-type', 'Send the body uncompressed.', { cause });
  }
  const detail = 'The request could not be read. Check its address, headers and body.';
  return new Problem('invalid-request', detail, { cause });
}

function retryAfter({ retryAfterMs }: RateLimited | TemporarilyUnavailable): Readonly<Record<string, string>> {
  const seconds = retryAfterMs === undefined ? RETRY_SECONDS : Math.max(1, Math.ceil(retryAfterMs / 1000));
  return { 'Retry-After': String(seconds) };
}

function sentence(text: string): string {
  const trimmed = text.trim();
  return `${trimmed.slice(0, 1).toUpperCase()}${trimmed.slice(1)}${/[.!?]$/.test(trimmed) ? '' : '.'}`;
}
