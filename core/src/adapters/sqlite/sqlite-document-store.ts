import { Contended, TemporarilyUnavailable } from '../../domain/errors.ts';
import type { DocumentStore, Query, StoredDocument, Transaction, Write } from '../../ports/document-store.ts';
import { checkWrites } from '../firestore/write-rules.ts';
import { applyWrites } from './apply-writes.ts';
import type { DocumentRows } from './document-rows.ts';
import { DocumentTable } from './document-table.ts';
import { SqliteTransaction } from './sqlite-transaction.ts';
import { translated } from './translate-sqlite-error.ts';

export interface SqliteDocumentStoreOptions {
  /** The database's file; its folder is made when there is none. Absent: everything is kept in memory. */
  readonly file?: string;
  /** Asked before each transaction commits; true throws the attempt away and runs it again, as Firestore may. */
  readonly abortTransactions?: () => boolean;
  /** How long a transaction's body may do nothing. */
  readonly transactionIdleMs?: number;
}

export interface SqliteDocumentStore extends DocumentStore {
  /**
   * Removes the documents whose time to live ended before `now` (milliseconds since 1970), and says how many they
   * were. Firestore does this by itself; here somebody has to ask for it now and then.
   */
  removeExpired(now: number): Promise<number>;
}

/** As Firestore's client has it. */
const MAX_ATTEMPTS = 5;

/** https://firebase.google.com/docs/firestore/quotas, "Writes and transactions". */
const TRANSACTION_IDLE_MS = 60_000;

/**
 * The embedded document store, on `node:sqlite`. It refuses what Firestore refuses. Transactions of this process run
 * one after the other; one that read what somebody else then changed is run again.
 */
export function openSqliteDocumentStore(options: SqliteDocumentStoreOptions = {}): SqliteDocumentStore {
  return openStoreOver(new DocumentTable(options.file), options);
}

/** The same on documents that lie elsewhere. */
export function openStoreOver(
  rows: DocumentRows,
  options: Omit<SqliteDocumentStoreOptions, 'file'> = {},
): SqliteDocumentStore {
  return new EmbeddedStore(rows, options);
}

class EmbeddedStore implements SqliteDocumentStore {
  readonly #table: DocumentRows;
  readonly #abortTransactions: () => boolean;
  readonly #transactionIdleMs: number;
  /** Settles when the latest of the waiting transactions is done. */
  #lastTurn: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(table: DocumentRows, options: SqliteDocumentStoreOptions) {
    this.#table = table;
    this.#abortTransactions = options.abortTransactions ?? (() => false);
    this.#transactionIdleMs = options.transactionIdleMs ?? TRANSACTION_IDLE_MS;
  }

  async get(path: string): Promise<StoredDocument | null> {
    return this.#ask(() => this.#table.read(path));
  }

  async getAll(paths: readonly string[]): Promise<(StoredDocument | null)[]> {
    return this.#ask(() => paths.map((path) => this.#table.read(path)));
  }

  async query(query: Query): Promise<StoredDocument[]> {
    return this.#ask(() => this.#table.select(query));
  }

  async count(query: Query): Promise<number> {
    return this.#ask(() => this.#table.count(query));
  }

  async commit(writes: readonly Write[]): Promise<void> {
    checkWrites(writes);
    this.#ask(() => this.#table.atomically(() => applyWrites(this.#table, writes)));
  }

  async transact<T>(body: (transaction: Transaction) => Promise<T>): Promise<T> {
    this.#checkOpen();
    const turn = this.#lastTurn.then(() => this.#runInTurn(body));
    this.#lastTurn = turn.catch(() => undefined);
    return turn;
  }

  async removeExpired(now: number): Promise<number> {
    return this.#ask(() =>
      this.#table.atomically(() => {
        this.#table.nextCommit();
        return this.#table.removeExpired(new Date(now));
      }),
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#lastTurn;
    this.#table.close();
  }

  #ask<T>(work: () => T): T {
    this.#checkOpen();
    return translated(work);
  }

  #checkOpen(): void {
    if (this.#closed) throw new TemporarilyUnavailable('The document store is closed.');
  }

  async #runInTurn<T>(body: (transaction: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const done = await this.#attempt(body);
      if (done) return done.result;
    }
    throw new Contended(`A transaction was overtaken ${MAX_ATTEMPTS} times.`);
  }

  /** Null when the attempt came to nothing because what it had read was changed by others. */
  async #attempt<T>(body: (transaction: Transaction) => Promise<T>): Promise<{ readonly result: T } | null> {
    const transaction = new SqliteTransaction(this.#table);
    let result: T;
    try {
      result = await transaction.run(body, this.#transactionIdleMs);
    } catch (error) {
      // An error may come of two reads that never were true together: it counts only if they still hold.
      if (transaction.expired || translated(() => transaction.readsHold())) throw error;
      return null;
    }
    checkWrites(transaction.writes);
    return translated(() =>
      this.#table.atomically(() => {
        if (!transaction.readsHold() || this.#abortTransactions()) return null;
        applyWrites(this.#table, transaction.writes);
        return { result };
      }),
    );
  }
}
