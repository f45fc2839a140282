/** The one entry of `error.errors` in a Calendar API error body. */
export interface ErrorDetail {
  readonly domain: 'global' | 'calendar' | 'usageLimits';
  readonly reason: string;
  readonly message: string;
  readonly locationType?: 'parameter' | 'header';
  readonly location?: string;
}

/**
 * A refusal of the Calendar API, in the shape Google's "Handle API errors" guide shows. Authentication and scope errors
 * come from Google's front end, which adds a canonical `status` beside the code.
 */
export class GoogleApiError extends Error {
  readonly status: number;
  readonly detail: ErrorDetail;
  readonly canonicalStatus: string | undefined;

  constructor(status: number, detail: ErrorDetail, canonicalStatus?: string) {
    super(detail.message);
    this.status = status;
    this.detail = detail;
    this.canonicalStatus = canonicalStatus;
  }

  get body(): object {
    const { locationType, location, ...rest } = this.detail;
    const where = locationType ? { locationType, location } : {};
    return {
      error: {
        errors: [{ ...rest, ...where }],
        code: this.status,
        message: this.message,
        ...(this.canonicalStatus ? { status: this.canonicalStatus } : {}),
      },
    };
  }
}

/** 400 for a value that cannot be, naming the query parameter it came in where it came in one. */
export function invalid(message: string, parameter?: string): GoogleApiError {
  const where = parameter ? ({ locationType: 'parameter', location: parameter } as const) : {};
  return new GoogleApiError(400, { domain: 'global', reason: 'invalid', message, ...where });
}

/** 400 for something that must be given. */
export function required(message: string): GoogleApiError {
  return new GoogleApiError(400, { domain: 'global', reason: 'required', message });
}

/** 400 for an end that is not after its start; `parameter` when the range is a query's. */
export function timeRangeEmpty(parameter?: string): GoogleApiError {
  const where = parameter ? ({ locationType: 'parameter', location: parameter } as const) : {};
  const message = 'The specified time range is empty.';
  return new GoogleApiError(400, { domain: 'calendar', reason: 'timeRangeEmpty', message, ...where });
}

/** 400 for a body that is not a JSON object. */
export function parseError(): GoogleApiError {
  return new GoogleApiError(400, { domain: 'global', reason: 'parseError', message: 'Parse Error' });
}

/** 401 for a token that is missing, unknown, expired or revoked. */
export function invalidCredentials(): GoogleApiError {
  const where = { locationType: 'header', location: 'Authorization' } as const;
  const detail = { domain: 'global', reason: 'authError', message: 'Invalid Credentials', ...where } as const;
  return new GoogleApiError(401, detail, 'UNAUTHENTICATED');
}

/** 403 for a token without any of the scopes the method takes. */
export function insufficientScopes(): GoogleApiError {
  const message = 'Request had insufficient authentication scopes.';
  return new GoogleApiError(403, { domain: 'global', reason: 'insufficientPermissions', message }, 'PERMISSION_DENIED');
}

/** 403 for a caller whose role on the calendar is too low. */
export function requiredAccessLevel(role: string): GoogleApiError {
  const message = `You need to have ${role} access to this calendar.`;
  return new GoogleApiError(403, { domain: 'calendar', reason: 'requiredAccessLevel', message });
}

/** 403 without a better reason. */
export function forbidden(): GoogleApiError {
  return new GoogleApiError(403, { domain: 'global', reason: 'forbidden', message: 'Forbidden' });
}

/** 403: service accounts without domain-wide delegation cannot invite. */
export function forbiddenForServiceAccounts(): GoogleApiError {
  const message = 'Service accounts cannot invite attendees without Domain-Wide Delegation of Authority.';
  return new GoogleApiError(403, { domain: 'calendar', reason: 'forbiddenForServiceAccounts', message });
}

/** 404; also for calendars the caller may not know of. */
export function notFound(message = 'Not Found'): GoogleApiError {
  return new GoogleApiError(404, { domain: 'global', reason: 'notFound', message });
}

/** 409 for an id that is, or ever was, in use. */
export function duplicate(): GoogleApiError {
  const message = 'The requested identifier already exists.';
  return new GoogleApiError(409, { domain: 'global', reason: 'duplicate', message });
}

/** 410 for a sync token that is of no use any more. */
export function fullSyncRequired(): GoogleApiError {
  const message = 'Sync token is no longer valid, a full sync is required.';
  const where = { locationType: 'parameter', location: 'syncToken' } as const;
  return new GoogleApiError(410, { domain: 'calendar', reason: 'fullSyncRequired', message, ...where });
}

/** 410 for deleting what is deleted. */
export function deleted(): GoogleApiError {
  return new GoogleApiError(410, { domain: 'global', reason: 'deleted', message: 'Resource has been deleted' });
}

/** 412 for an `If-Match` that does not. */
export function conditionNotMet(): GoogleApiError {
  const where = { locationType: 'header', location: 'If-Match' } as const;
  return new GoogleApiError(412, {
    domain: 'global',
    reason: 'conditionNotMet',
    message: 'Precondition Failed',
    ...where,
  });
}

const USUAL_REASON: Readonly<Record<number, string>> = {
  400: 'badRequest',
  401: 'authError',
  403: 'forbidden',
  404: 'notFound',
  409: 'duplicate',
  410: 'fullSyncRequired',
  412: 'conditionNotMet',
  429: 'rateLimitExceeded',
};

const LIMITS = /LimitExceeded$|^quotaExceeded$|UsageLimits$/;

/** The error that an injected fault answers with; `reason` is the usual one of the status when absent. */
export function injectedError(status: number, reason = USUAL_REASON[status] ?? 'backendError'): GoogleApiError {
  const domain = LIMITS.test(reason) ? 'usageLimits' : 'global';
  return new GoogleApiError(status, { domain, reason, message: `Injected: ${reason}` });
}
