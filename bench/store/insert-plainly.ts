import { DatabaseSync } from 'node:sqlite';
import { fromStoredPath } from '@dovetail/core/adapters/sqlite/stored-path.ts';
import type { WatchedTransaction } from '@dovetail/sandbox/simulation/watched-store.ts';

/**
 * Writes the documents of each transaction, as the embedded store's file `from` ended up holding them, into a bare table
 * in the file `to`: one SQLite transaction for each, with the store's own settings. Answers with the milliseconds.
 */
export function insertPlainly(from: string, to: string, transactions: readonly WatchedTransaction[]): number {
  const texts = readDocuments(from);
  const textOf = (path: string) => {
    const text = texts.get(path);
    if (text === undefined) throw new Error(`the store does not hold ${path}`);
    return text;
  };
  const rows = transactions.map(({ writes }) => writes.map(({ path }) => [path, textOf(path)] as const));
  const database = new DatabaseSync(to);
  try {
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE documents (path TEXT NOT NULL PRIMARY KEY, data TEXT NOT NULL);
    `);
    const begin = database.prepare('BEGIN IMMEDIATE');
    const insert = database.prepare('INSERT OR REPLACE INTO documents VALUES (?, ?)');
    const commit = database.prepare('COMMIT');
    const startedAt = performance.now();
    for (const documents of rows) {
      begin.run();
      for (const [path, data] of documents) insert.run(path, data);
      commit.run();
    }
    return performance.now() - startedAt;
  } finally {
    database.close();
  }
}

function readDocuments(file: string): Map<string, string> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = database.prepare('SELECT path, data FROM documents').all();
    return new Map(rows.map((row) => [fromStoredPath(String(row.path)), String(row.data)]));
  } finally {
    database.close();
  }
}
