import { describe, expect, it } from 'vitest';
import { translateGrpcError } from './translate-grpc-error.ts';

const grpcError = (code: unknown) => Object.assign(new Error('what Google said'), { code });

describe('an error of a Google client', () => {
  it.each([
    ['CANCELLED', 1, 'temporarily-unavailable'],
    ['UNKNOWN', 2, 'temporarily-unavailable'],
    ['INVALID_ARGUMENT', 3, 'invalid-input'],
    ['DEADLINE_EXCEEDED', 4, 'temporarily-unavailable'],
    ['NOT_FOUND', 5, 'not-found'],
    ['ALREADY_EXISTS', 6, 'already-exists'],
    ['PERMISSION_DENIED', 7, 'temporarily-unavailable'],
    ['RESOURCE_EXHAUSTED', 8, 'rate-limited'],
    ['FAILED_PRECONDITION', 9, 'precondition-failed'],
    ['ABORTED', 10, 'temporarily-unavailable'],
    ['OUT_OF_RANGE', 11, 'invalid-input'],
    ['INTERNAL', 13, 'temporarily-unavailable'],
    ['UNAVAILABLE', 14, 'temporarily-unavailable'],
    ['UNAUTHENTICATED', 16, 'temporarily-unavailable'],
  ])('of status %s says what to do, and keeps its cause', (_, code, kind) => {
    const error = grpcError(code);
    expect(translateGrpcError(error)).toMatchObject({ kind, message: 'what Google said', cause: error });
  });

  it('stays as it is when it has no status of gRPC', () => {
    for (const error of [new Error('bug'), grpcError('ECONNREFUSED'), grpcError(12), 'text', undefined]) {
      expect(translateGrpcError(error)).toBe(error);
    }
  });
});
