import { Firestore } from '@google-cloud/firestore';
import { GoogleAuth, PassThroughClient } from 'google-auth-library';
import { Contended, InvalidInput, TemporarilyUnavailable } from '../../domain/errors.ts';
import type { DocumentStore, Query, StoredDocument, Transaction, Write } from '../../ports/document-store.ts';
import { translateGrpcError } from '../grpc/translate-grpc-error.ts';
import { documentOrNull, foundDocument } from './firestore-document.ts';
import { toFirestoreQuery } from './firestore-query.ts';
import { BodyFailed, FirestoreTransaction } from './firestore-transaction.ts';
import { addWrites } from './firestore-writes.ts';
import { checkDocumentPath } from './path-rules.ts';
import { checkWrites } from './write-rules.ts';

export interface FirestoreDocumentStoreOptions {
  /** Absent: the project of the credentials in the environment. */
  readonly projectId?: string;
  /** Absent: `(default)`. */
  readonly databaseId?: string;
  /** REST instead of gRPC: starts faster, for functions that scale to zero. */
  readonly preferRest?: boolean;
}

/**
 * The document store on Firestore; with `FIRESTORE_EMULATOR_HOST` in the environment, on that emulator. What can be
 * refused without asking is refused here, so that it answers as the embedded store does.
 */
export function createFirestoreDocumentStore(options: FirestoreDocumentStoreOptions = {}): DocumentStore {
  return new FirestoreDocumentStore(new Firestore({ ...options, ...emulatorAccess() }));
}

/** The emulator asks nobody who they are, but over REST the client would look for an account before it speaks to it. */
function emulatorAccess() {
  if (process.env.FIRESTORE_EMULATOR_HOST === undefined) return {};
  return { auth: new GoogleAuth({ authClient: new PassThroughClient() }) };
}

class FirestoreDocumentStore implements DocumentStore {
  readonly #firestore: Firestore;
  readonly #underWay = new Set<Promise<unknown>>();
  #closed = false;

  constructor(firestore: Firestore) {
    this.#firestore = firestore;
  }

  async get(path: string): Promise<StoredDocument | null> {
    const [document] = await this.getAll([path]);
    return document ?? null;
  }

  async getAll(paths: readonly string[]): Promise<(StoredDocument | null)[]> {
    for (const path of paths) checkDocumentPath(path);
    if (paths.length === 0) return [];
    const snapshots = await this.#ask(() => this.#firestore.getAll(...paths.map((path) => this.#firestore.doc(path))));
    return snapshots.map(documentOrNull);
  }

  async query(query: Query): Promise<StoredDocument[]> {
    const firestoreQuery = toFirestoreQuery(this.#firestore, query);
    const { docs } = await this.#ask(() => firestoreQuery.get());
    return docs.map(foundDocument);
  }

  async count(query: Query): Promise<number> {
    const firestoreQuery = toFirestoreQuery(this.#firestore, query);
    const snapshot = await this.#ask(() => firestoreQuery.count().get());
    return snapshot.data().count;
  }

  async commit(writes: readonly Write[]): Promise<void> {
    checkWrites(writes);
    if (writes.length === 0) return;
    const batch = this.#firestore.batch();
    addWrites(this.#firestore, batch, writes);
    await this.#ask(() => batch.commit());
  }

  async transact<T>(body: (transaction: Transaction) => Promise<T>): Promise<T> {
    try {
      return await this.#ask(() =>
        this.#firestore.runTransaction((transaction) =>
          new FirestoreTransaction(this.#firestore, transaction).run(body),
        ),
      );
    } catch (error) {
      if (error instanceof BodyFailed) throw error.thrown;
      // What is asked for was checked before: it is the transaction itself that Firestore has no more (INVALID_ARGUMENT).
      throw error instanceof InvalidInput ? new Contended(error.message, { cause: error }) : error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    // The client never answers a transaction that is between two attempts when it is terminated.
    await Promise.allSettled(this.#underWay);
    await this.#firestore.terminate();
  }

  async #ask<T>(request: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new TemporarilyUnavailable('The document store is closed.');
    const answer = request();
    this.#underWay.add(answer);
    try {
      return await answer;
    } catch (error) {
      throw translateGrpcError(error);
    } finally {
      this.#underWay.delete(answer);
    }
  }
}
