import type { Firestore } from '@google-cloud/firestore';
import { InvalidInput } from '../../domain/errors.ts';
import type { Query, StoredDocument, Transaction, Write } from '../../ports/document-store.ts';
import { translateGrpcError } from '../grpc/translate-grpc-error.ts';
import { documentOrNull, foundDocument } from './firestore-document.ts';
import { toFirestoreQuery } from './firestore-query.ts';
import { addWrites } from './firestore-writes.ts';
import { checkDocumentPath } from './path-rules.ts';
import { checkWrites } from './write-rules.ts';

/**
 * What a transaction's body threw by itself. The client library decides by an error's `code` whether to run the body
 * again; wrapped, the body's own error never looks like one of Firestore's.
 */
export class BodyFailed extends Error {
  readonly thrown: unknown;

  constructor(thrown: unknown) {
    super('The body of a transaction failed.', { cause: thrown });
    this.thrown = thrown;
  }
}

/** One attempt of a transaction. */
export class FirestoreTransaction implements Transaction {
  readonly #firestore: Firestore;
  readonly #transaction: FirebaseFirestore.Transaction;
  readonly #writes: Write[] = [];
  /** Read failures as the body sees them → as Firestore said them, which the client library must see to try again. */
  readonly #readFailures = new Map<unknown, unknown>();

  constructor(firestore: Firestore, transaction: FirebaseFirestore.Transaction) {
    this.#firestore = firestore;
    this.#transaction = transaction;
  }

  /**
   * Runs `body` and hands its writes to the client library.
   * @throws BodyFailed with what the body threw; a failed read comes out as Firestore's own error.
   */
  async run<T>(body: (transaction: Transaction) => Promise<T>): Promise<T> {
    try {
      const result = await body(this);
      checkWrites(this.#writes);
      addWrites(this.#firestore, this.#transaction, this.#writes);
      return result;
    } catch (error) {
      throw this.#readFailures.get(error) ?? new BodyFailed(error);
    }
  }

  async get(path: string): Promise<StoredDocument | null> {
    const [document] = await this.getAll([path]);
    return document ?? null;
  }

  async getAll(paths: readonly string[]): Promise<(StoredDocument | null)[]> {
    for (const path of paths) checkDocumentPath(path);
    const documents = paths.map((path) => this.#firestore.doc(path));
    const snapshots = await this.#read(async () =>
      documents.length === 0 ? [] : await this.#transaction.getAll(...documents),
    );
    return snapshots.map(documentOrNull);
  }

  async query(query: Query): Promise<StoredDocument[]> {
    const firestoreQuery = toFirestoreQuery(this.#firestore, query);
    const { docs } = await this.#read(() => this.#transaction.get(firestoreQuery));
    return docs.map(foundDocument);
  }

  write(...writes: readonly Write[]): void {
    this.#writes.push(...writes);
  }

  async #read<T>(read: () => Promise<T>): Promise<T> {
    if (this.#writes.length > 0) throw new InvalidInput('A transaction reads before it writes.');
    try {
      return await read();
    } catch (error) {
      const translated = translateGrpcError(error);
      this.#readFailures.set(translated, error);
      throw translated;
    }
  }
}
