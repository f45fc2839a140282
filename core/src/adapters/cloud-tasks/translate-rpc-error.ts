import {
  AccessRevoked,
  type DovetailError,
  InvalidInput,
  NotFound,
  RateLimited,
  TemporarilyUnavailable,
} from '../../domain/errors.ts';

/** Canonical codes: google/rpc/code.proto. */
export const RPC_CODE = {
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  outOfRange: 11,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** True for the answer to a task whose name was taken. */
export function isAlreadyExists(error: unknown): boolean {
  return codeOf(error) === RPC_CODE.alreadyExists;
}

/** What a failed CreateTask asks of the caller; errors without a known code are bugs and come back unchanged. */
export function translateRpcError(error: unknown, queue: string): DovetailError | unknown {
  const cause = { cause: error };
  switch (codeOf(error)) {
    case RPC_CODE.cancelled:
    case RPC_CODE.unknown:
    case RPC_CODE.deadlineExceeded:
    case RPC_CODE.aborted:
    case RPC_CODE.internal:
    case RPC_CODE.unavailable:
      return new TemporarilyUnavailable(`Cloud Tasks did not take a task for ${queue}.`, cause);
    case RPC_CODE.resourceExhausted:
      return new RateLimited(`Cloud Tasks takes no more tasks for ${queue} at the moment.`, cause);
    case RPC_CODE.invalidArgument:
    case RPC_CODE.outOfRange:
      return new InvalidInput(`Cloud Tasks refuses this task for ${queue}.`, cause);
    case RPC_CODE.notFound:
    case RPC_CODE.failedPrecondition:
      return new NotFound(`There is no usable queue ${queue}.`, cause);
    case RPC_CODE.permissionDenied:
    case RPC_CODE.unauthenticated:
      return new AccessRevoked(`We may not create tasks for ${queue}.`, cause);
    default:
      return error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
