import {
  AlreadyExists,
  Contended,
  type DovetailError,
  InvalidInput,
  NotFound,
  PreconditionFailed,
  RateLimited,
  TemporarilyUnavailable,
} from '../../domain/errors.ts';

type ErrorClass = new (message: string, options: ErrorOptions) => DovetailError;

/**
 * Status codes of gRPC (https://grpc.io/docs/guides/status-codes/), by what the caller must do. These are our own
 * project's services: being denied there is no tenant's doing but a role that an operator forgot, so the work waits.
 */
const CLASS_OF_STATUS: ReadonlyMap<unknown, ErrorClass> = new Map<unknown, ErrorClass>([
  [1, TemporarilyUnavailable], // CANCELLED
  [2, TemporarilyUnavailable], // UNKNOWN
  [3, InvalidInput], // INVALID_ARGUMENT
  [4, TemporarilyUnavailable], // DEADLINE_EXCEEDED
  [5, NotFound], // NOT_FOUND
  [6, AlreadyExists], // ALREADY_EXISTS
  [7, TemporarilyUnavailable], // PERMISSION_DENIED
  [8, RateLimited], // RESOURCE_EXHAUSTED
  [9, PreconditionFailed], // FAILED_PRECONDITION
  [10, Contended], // ABORTED
  [11, InvalidInput], // OUT_OF_RANGE
  [13, TemporarilyUnavailable], // INTERNAL
  [14, TemporarilyUnavailable], // UNAVAILABLE
  [16, TemporarilyUnavailable], // UNAUTHENTICATED
]);

/**
 * What an error of a Google client library means to us, with the error itself as its cause. Anything that carries no
 * known gRPC status comes back unchanged: it is a bug, and stays recognisable as one.
 */
export function translateGrpcError(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const ErrorOfStatus = CLASS_OF_STATUS.get(error.code);
  return ErrorOfStatus ? new ErrorOfStatus(error.message, { cause: error }) : error;
}
