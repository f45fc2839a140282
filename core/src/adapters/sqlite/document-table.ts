import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { DocumentData, Query, StoredDocument } from '../../ports/document-store.ts';
import { checkDocumentPath, collectionOf, lastSegment } from '../firestore/path-rules.ts';
import type { DocumentRows } from './document-rows.ts';
import { indexKey, indexKeys, typeRange } from './index-key.ts';
import { DECLARED_INDEXES, FURTHER_INDEXES, TTL_FIELD, TTL_GROUPS } from './query-indexes.ts';
import { indexSql, querySql } from './query-sql.ts';
import { fromStoredPath, toStoredPath } from './stored-path.ts';
import { decodeData, encodeData } from './value-json.ts';

/** How long to wait for another process that is writing to the same file. */
const BUSY_TIMEOUT_MS = 5_000;

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS documents (
    path TEXT NOT NULL PRIMARY KEY,
    collection TEXT NOT NULL,
    "group" TEXT NOT NULL,
    data TEXT NOT NULL,
    keys BLOB NOT NULL,
    version INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS "by collection" ON documents (collection, path);
  CREATE TABLE IF NOT EXISTS commits (latest INTEGER NOT NULL);
  INSERT INTO commits SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM commits);
`;

/**
 * The one table all documents lie in, and every statement that touches it. Everything is synchronous: between two
 * `await`s of a caller nothing else happens to the table, short of another process writing to the same file.
 */
export class DocumentTable implements DocumentRows {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** Opens the file, making it and its folder when there is none; without a file, the table lives in memory. */
  constructor(file?: string) {
    if (file !== undefined) mkdirSync(dirname(file), { recursive: true });
    this.#database = new DatabaseSync(file ?? ':memory:', { timeout: BUSY_TIMEOUT_MS });
    this.#database.exec([SCHEMA, ...[...DECLARED_INDEXES, ...FURTHER_INDEXES].map(indexSql)].join(';\n'));
  }

  read(path: string): StoredDocument | null {
    checkDocumentPath(path);
    const row = this.#prepare('SELECT path, data, version FROM documents WHERE path = ?').get(toStoredPath(path));
    return row ? toDocument(row) : null;
  }

  select(query: Query): StoredDocument[] {
    const { text, values } = querySql(query);
    return this.#prepare(`SELECT path, data, version FROM documents ${text}`)
      .all(...values)
      .map(toDocument);
  }

  count(query: Query): number {
    const { text, values } = querySql(query);
    const row = this.#prepare(`SELECT count(*) AS count FROM (SELECT 1 FROM documents ${text})`).get(...values);
    return Number(row?.count);
  }

  put(path: string, data: DocumentData, version: number): void {
    const values: SQLInputValue[] = [
      toStoredPath(path),
      toStoredPath(collectionOf(path)),
      lastSegment(collectionOf(path)),
    ];
    this.#prepare(`
      INSERT INTO documents (path, collection, "group", data, keys, version) VALUES (?, ?, ?, ?, jsonb(?), ?)
      ON CONFLICT (path) DO UPDATE SET data = excluded.data, keys = excluded.keys, version = excluded.version
      WHERE data <> excluded.data
    `).run(...values, encodeData(data), JSON.stringify(indexKeys(data)), version);
  }

  remove(path: string): void {
    this.#prepare('DELETE FROM documents WHERE path = ?').run(toStoredPath(path));
  }

  removeExpired(instant: Date): number {
    const key = indexKey(instant);
    const groups = TTL_GROUPS.map(() => '?').join(', ');
    const expiry = `keys ->> '$.${TTL_FIELD}'`;
    const statement = `DELETE FROM documents WHERE "group" IN (${groups}) AND ${expiry} >= ? AND ${expiry} < ?`;
    return Number(this.#prepare(statement).run(...TTL_GROUPS, typeRange(key).first, key).changes);
  }

  latestCommit(): number {
    return Number(this.#prepare('SELECT latest FROM commits').get()?.latest);
  }

  nextCommit(): number {
    return Number(this.#prepare('UPDATE commits SET latest = latest + 1 RETURNING latest').get()?.latest);
  }

  atomically<T>(work: () => T): T {
    this.#prepare('BEGIN IMMEDIATE').run();
    try {
      const result = work();
      this.#prepare('COMMIT').run();
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#prepare('ROLLBACK').run();
      throw error;
    }
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #prepare(text: string): StatementSync {
    let statement = this.#statements.get(text);
    if (!statement) {
      statement = this.#database.prepare(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }
}

function toDocument(row: Record<string, unknown>): StoredDocument {
  const path = fromStoredPath(String(row.path));
  return { path, id: lastSegment(path), data: decodeData(String(row.data)), updateTime: String(row.version) };
}
