import { gaxios } from 'google-auth-library';
import { z } from 'zod';
import {
  AccessRevoked,
  AlreadyExists,
  type DovetailError,
  NotFound,
  PreconditionFailed,
  RateLimited,
  Rejected,
  SyncTokenExpired,
  TemporarilyUnavailable,
} from '../../domain/errors.ts';
import { retryAfterMs } from '../http/retry-after.ts';

/** The API method that failed; what an answer means depends on it. */
export type GoogleCall =
  | 'events.list'
  | 'events.instances'
  | 'events.get'
  | 'events.insert'
  | 'events.patch'
  | 'events.delete'
  | 'events.watch'
  | 'channels.stop';

/** What an error answer says, as far as codes go. */
export interface GoogleFailure {
  readonly status: number;
  /** `errors[0].reason`, or the error code of the token endpoint. */
  readonly reason?: string | undefined;
  readonly fromTokenEndpoint?: boolean;
  readonly retryAfterMs?: number | undefined;
}

const bodySchema = z.union([
  z.object({ error: z.object({ errors: z.array(z.object({ reason: z.string() })).min(1) }) }),
  z.object({ error: z.string() }),
]);

/** Reasons under which a 403 heals by itself (guide "Handle API errors"). */
const RATE_REASONS = new Set([
  'rateLimitExceeded',
  'userRateLimitExceeded',
  'quotaExceeded',
  'variableTermLimitExceeded',
]);
/** Limits that reset over hours. */
const LONG_LIMITS = new Set(['calendarUsageLimits', 'dailyLimitExceeded']);
const LONG_LIMIT_MS = 3_600_000;
/** Reasons under which a 403 is about us and the calendar, not about one event. */
const ACCESS_REASONS = new Set([
  'requiredAccessLevel',
  'insufficientPermissions',
  'accessNotConfigured',
  'notACalendarUser',
]);
const GONE_TOKEN_REASONS = new Set(['fullSyncRequired', 'updatedMinTooLongAgo']);
/** They name nothing but a calendar, so what is not found is the calendar: gone, or hidden from us. */
const CALENDAR_CALLS: ReadonlySet<GoogleCall> = new Set(['events.list', 'events.insert', 'events.watch']);
const EVENT_WRITES: ReadonlySet<GoogleCall> = new Set(['events.insert', 'events.patch', 'events.delete']);

/**
 * What the caller must do about something Google's client threw. What is no failure of a request is returned as it is.
 * @param usedSyncToken whether the read was to continue from a sync token.
 */
export function translateFailure(error: unknown, call: GoogleCall, usedSyncToken = false): unknown {
  if (!(error instanceof gaxios.GaxiosError)) return error;
  // The client's error is not kept as the cause: it holds the request, and with it titles of bookings.
  if (!error.response) return new TemporarilyUnavailable(`Google did not answer ${call} (${String(error.code)})`);
  const { status, data, headers } = error.response;
  const body = bodySchema.safeParse(data).data?.error;
  return meaningOf(
    {
      status,
      reason: typeof body === 'string' ? body : body?.errors[0]?.reason,
      fromTokenEndpoint: typeof body === 'string',
      retryAfterMs: retryAfterMs(new Headers(headers).get('retry-after')),
    },
    call,
    usedSyncToken,
  );
}

/** The meaning of an error answer, decided from its status and reason alone. */
export function meaningOf(failure: GoogleFailure, call: GoogleCall, usedSyncToken = false): DovetailError {
  const { status, reason = 'unknown', retryAfterMs } = failure;
  const message = `Google answered ${call} with ${status} ${reason}`;
  if (status === 429) return new RateLimited(message, { retryAfterMs });
  if (status === 408 || status >= 500) return new TemporarilyUnavailable(message, { retryAfterMs });
  if (failure.fromTokenEndpoint) return new AccessRevoked(message);
  switch (status) {
    case 400:
      if (reason === 'channelIdNotUnique') return new AlreadyExists(message);
      // Everything else in an incremental read is fixed, so a value that cannot be is the token (or its page's).
      if (call === 'events.list' && usedSyncToken && reason === 'invalid') return new SyncTokenExpired(message);
      return new Rejected(message, { reason });
    case 401:
      if (reason === 'push.webhookUrlUnauthorized') return new Rejected(message, { reason });
      return new AccessRevoked(message);
    case 403:
      return meaningOfForbidden(reason, call, message, retryAfterMs);
    case 404:
      return CALENDAR_CALLS.has(call) ? new AccessRevoked(message) : new NotFound(message);
    case 409:
      return new AlreadyExists(message);
    case 410:
      if (call === 'events.list' && GONE_TOKEN_REASONS.has(reason)) return new SyncTokenExpired(message);
      return new NotFound(message);
    case 412:
      return new PreconditionFailed(message);
    default:
      return new Rejected(message, { reason });
  }
}

function meaningOfForbidden(
  reason: string,
  call: GoogleCall,
  message: string,
  retryAfterMs: number | undefined,
): DovetailError {
  if (RATE_REASONS.has(reason)) return new RateLimited(message, { retryAfterMs });
  if (LONG_LIMITS.has(reason)) return new RateLimited(message, { retryAfterMs: retryAfterMs ?? LONG_LIMIT_MS });
  if (ACCESS_REASONS.has(reason)) return new AccessRevoked(message);
  // A plain `forbidden` on one event (reviving some deleted ones is answered so) says nothing about the calendar.
  if (reason === 'forbidden' && !EVENT_WRITES.has(call)) return new AccessRevoked(message);
  return new Rejected(message, { reason });
}
