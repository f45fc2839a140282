import { Contended, TemporarilyUnavailable } from '../../domain/errors.ts';

/** SQLite's primary result codes (https://www.sqlite.org/rescode.html) that time or room on the disk can heal. */
const TRANSIENT: ReadonlyMap<number, typeof TemporarilyUnavailable> = new Map([
  [5, Contended], // SQLITE_BUSY
  [6, Contended], // SQLITE_LOCKED
  [10, TemporarilyUnavailable], // SQLITE_IOERR
  [13, TemporarilyUnavailable], // SQLITE_FULL
]);

/** What an error of `node:sqlite` means to us; anything else comes back unchanged. */
export function translateSqliteError(error: unknown): unknown {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return error;
  const ErrorOfCode = TRANSIENT.get(error.errcode & 0xff);
  return ErrorOfCode ? new ErrorOfCode(error.message, { cause: error }) : error;
}

/** The result of `work`, whose errors are translated. */
export function translated<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translateSqliteError(error);
  }
}
