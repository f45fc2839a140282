import { DovetailError } from '../../domain/errors.ts';

/** What may be written of an error. */
export interface ErrorDescription {
  readonly name: string;
  /** Of our own errors: what the caller must do. */
  readonly kind?: string;
  /** Of our own errors only: we wrote it. Other messages may quote what guests wrote. */
  readonly message?: string;
  /** The other side's own code, such as `slot_taken`. */
  readonly reason?: string;
  /** A system's or library's code, such as `ECONNREFUSED`, 14 or 503. */
  readonly code?: string | number;
  /** Where it was thrown, one frame a line, without the message. */
  readonly stack?: string;
  readonly cause?: ErrorDescription;
}

const MAX_CAUSES = 3;
/** A reason or code is an identifier. Whatever else has got there is not written. */
const IDENTIFIER = /^[\w.:/-]{1,100}$/;

/** Names an error and where it comes from, without anything that other people wrote. */
export function describeError(error: unknown, causesLeft = MAX_CAUSES): ErrorDescription {
  if (!(error instanceof Error)) return { name: `thrown ${typeof error}` };
  const { name, cause } = error;
  const frames = framesOf(error);
  const code = identifier('code' in error ? error.code : undefined);
  const reason = 'reason' in error ? identifier(error.reason) : undefined;
  return {
    name: IDENTIFIER.test(name) ? name : 'Error',
    ...(error instanceof DovetailError ? { kind: error.kind, message: error.message } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(code === undefined ? {} : { code }),
    ...(frames === '' ? {} : { stack: frames }),
    ...(cause === undefined || causesLeft === 0 ? {} : { cause: describeError(cause, causesLeft - 1) }),
  };
}

function identifier(value: unknown): string | number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && IDENTIFIER.test(value) ? value : undefined;
}

/** The stack begins with name and message, which may have several lines of their own, even ones that look like frames. */
function framesOf(error: Error): string {
  const stack = (error.stack ?? '').replace(error.message, '');
  return stack
    .split('\n')
    .filter((line) => /^\s+at \S/.test(line))
    .map((line) => line.trim())
    .join('\n');
}
