import { gaxios } from 'google-auth-library';
import { describe, expect, it } from 'vitest';
import { type GoogleCall, meaningOf, translateFailure } from './google-failure.ts';

describe('what an error of Google means', () => {
  it.each<[number, string, GoogleCall, string]>([
    [400, 'invalid', 'events.insert', 'rejected'],
    [400, 'invalid', 'events.list', 'rejected'],
    [400, 'channelIdNotUnique', 'events.watch', 'already-exists'],
    [400, 'push.webhookUrlNotHttps', 'events.watch', 'rejected'],
    [401, 'authError', 'events.list', 'access-revoked'],
    [401, 'push.webhookUrlUnauthorized', 'events.watch', 'rejected'],
    [403, 'rateLimitExceeded', 'events.patch', 'rate-limited'],
    [403, 'userRateLimitExceeded', 'events.list', 'rate-limited'],
    [403, 'quotaExceeded', 'events.insert', 'rate-limited'],
    [403, 'calendarUsageLimits', 'events.insert', 'rate-limited'],
    [403, 'requiredAccessLevel', 'events.insert', 'access-revoked'],
    [403, 'insufficientPermissions', 'events.list', 'access-revoked'],
    [403, 'forbidden', 'events.list', 'access-revoked'],
    [403, 'forbidden', 'events.watch', 'access-revoked'],
    [403, 'forbidden', 'events.patch', 'rejected'],
    [403, 'forbiddenForServiceAccounts', 'events.insert', 'rejected'],
    [404, 'notFound', 'events.patch', 'not-found'],
    [408, 'unknown', 'events.patch', 'temporarily-unavailable'],
    [409, 'duplicate', 'events.insert', 'already-exists'],
    [410, 'fullSyncRequired', 'events.list', 'sync-token-expired'],
    [410, 'updatedMinTooLongAgo', 'events.list', 'sync-token-expired'],
    [410, 'deleted', 'events.delete', 'not-found'],
    [412, 'conditionNotMet', 'events.patch', 'precondition-failed'],
    [413, 'uploadTooLarge', 'events.insert', 'rejected'],
    [429, 'rateLimitExceeded', 'events.list', 'rate-limited'],
    [500, 'backendError', 'events.list', 'temporarily-unavailable'],
    [503, 'backendError', 'events.insert', 'temporarily-unavailable'],
  ])('%i %s to %s: %s', (status, reason, call, kind) => {
    expect(meaningOf({ status, reason }, call)).toMatchObject({ kind });
  });

  it('takes a value that cannot be for a dead token where everything else is fixed', () => {
    expect(meaningOf({ status: 400, reason: 'invalid' }, 'events.list', true)).toMatchObject({
      kind: 'sync-token-expired',
    });
    const restricted = { status: 400, reason: 'syncTokenWithRequestRestrictions' };
    expect(meaningOf(restricted, 'events.list', true)).toMatchObject({ kind: 'rejected' });
  });

  it('takes any refusal of the token endpoint for lost access, but not its troubles', () => {
    const refused = { status: 400, reason: 'invalid_grant', fromTokenEndpoint: true };
    expect(meaningOf(refused, 'events.list', true)).toMatchObject({ kind: 'access-revoked' });
    expect(meaningOf({ ...refused, status: 503 }, 'events.list')).toMatchObject({ kind: 'temporarily-unavailable' });
  });

  it('waits as long as it was told, and an hour for limits that last', () => {
    const limited = { status: 403, reason: 'rateLimitExceeded', retryAfterMs: 7_000 };
    expect(meaningOf(limited, 'events.list')).toMatchObject({ retryAfterMs: 7_000 });
    const lasting = { status: 403, reason: 'calendarUsageLimits' };
    expect(meaningOf(lasting, 'events.list')).toMatchObject({ retryAfterMs: 3_600_000 });
  });

  it('leaves what is no failed request as it is', () => {
    const bug = new TypeError('a bug');
    expect(translateFailure(bug, 'events.list')).toBe(bug);
  });

  it('keeps nothing of the request, which may hold names of guests', () => {
    const request = { url: new URL('https://x'), headers: new Headers(), data: { summary: 'Guest A' } };
    const error = new gaxios.GaxiosError('fetch failed for Guest A', request as gaxios.GaxiosOptionsPrepared);
    const translated = translateFailure(error, 'events.insert') as Error;
    expect(translated).toMatchObject({ kind: 'temporarily-unavailable' });
    expect(translated.cause).toBeUndefined();
    expect(translated.message).not.toContain('Guest');
  });
});
