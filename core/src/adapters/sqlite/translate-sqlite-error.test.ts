import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { TemporarilyUnavailable } from '../../domain/errors.ts';
import { translated, translateSqliteError } from './translate-sqlite-error.ts';

const sqliteError = (errcode: number) => Object.assign(new Error('what SQLite said'), { errcode });

describe('an error of SQLite', () => {
  it.each([
    ['SQLITE_BUSY', 5],
    ['SQLITE_BUSY_RECOVERY', 261],
    ['SQLITE_IOERR_WRITE', 778],
    ['SQLITE_FULL', 13],
  ])('%s is worth another try', (_, errcode) => {
    const error = sqliteError(errcode);
    expect(translateSqliteError(error)).toMatchObject({ kind: 'temporarily-unavailable', cause: error });
  });

  it('that another try would not heal stays as it is', () => {
    for (const error of [sqliteError(1), sqliteError(11), sqliteError(19), new Error('bug'), 'text']) {
      expect(translateSqliteError(error)).toBe(error);
    }
  });

  it('is known as the real one has it', () => {
    const file = 'file:translate?mode=memory&cache=shared';
    const [one, other] = [new DatabaseSync(file), new DatabaseSync(file)];
    one.exec('CREATE TABLE t (x); BEGIN IMMEDIATE');
    expect(() => translated(() => other.exec('BEGIN IMMEDIATE'))).toThrow(TemporarilyUnavailable);
    one.close();
    other.close();
  });
});
