import {
  AccessRevoked,
  AlreadyExists,
  InvalidInput,
  NotFound,
  PreconditionFailed,
  RateLimited,
  Rejected,
  SyncTokenExpired,
  TemporarilyUnavailable,
} from '@dovetail/core/domain/errors.ts';
import { describe, expect, it } from 'vitest';
import { Problem } from './problem.ts';
import { problemOf } from './problem-of.ts';

describe('problemOf', () => {
  it.each([
    [new InvalidInput('bad'), 400, 'invalid-request'],
    [new NotFound('no binding "x"'), 404, 'not-found'],
    [new AlreadyExists('taken'), 409, 'already-exists'],
    [new Rejected('no', { reason: 'slot_taken' }), 409, 'rejected'],
    [new AccessRevoked('the key is not accepted'), 409, 'access-revoked'],
    [new PreconditionFailed('old version'), 412, 'precondition-failed'],
    [new RateLimited('slow down'), 429, 'rate-limited'],
    [new TemporarilyUnavailable('down'), 503, 'temporarily-unavailable'],
    [Object.assign(new Error('big'), { status: 413, type: 'entity.too.large' }), 413, 'body-too-large'],
    [Object.assign(new Error('gzip'), { status: 415, type: 'encoding.unsupported' }), 415, 'unsupported-media-type'],
    [new SyncTokenExpired('old'), 500, 'internal'],
    [new TypeError('x is undefined'), 500, 'internal'],
    ['a thrown string', 500, 'internal'],
    [undefined, 500, 'internal'],
  ])('answers %s with %i %s', (error, status, kind) => {
    const document = problemOf(error).document('urn:x');
    expect(document).toMatchObject({ status, type: `urn:dovetail:problem:${kind}`, instance: 'urn:x' });
  });

  it('names the fields that cannot be used', () => {
    const document = problemOf(new InvalidInput('ends before it starts', { paths: ['end'] })).document('urn:x');
    expect(document).toMatchObject({ detail: 'Ends before it starts.', paths: ['end'] });
  });

  it("passes on the booking system's reason, with words for the ones we know", () => {
    const document = problemOf(new Rejected('USchedule answered 409', { reason: 'slot_taken' })).document('urn:x');
    expect(document.reason).toBe('slot_taken');
    expect(document.detail).toContain('Another booking has that time');
  });

  it('says when to come back, in whole seconds and never at once', () => {
    expect(problemOf(new RateLimited('x', { retryAfterMs: 1_200 })).headers).toEqual({ 'Retry-After': '2' });
    expect(problemOf(new TemporarilyUnavailable('x', { retryAfterMs: 0 })).headers).toEqual({ 'Retry-After': '1' });
    expect(problemOf(new TemporarilyUnavailable('x')).headers).toEqual({ 'Retry-After': '5' });
  });

  it('tells nothing of the cause of a fault of ours', () => {
    const document = problemOf(new Error('password=hunter2')).document('urn:x');
    expect(JSON.stringify(document)).not.toContain('hunter2');
  });

  it('lets a problem through as it is', () => {
    const problem = new Problem('in-use', 'It has bindings.');
    expect(problemOf(problem)).toBe(problem);
  });
});
