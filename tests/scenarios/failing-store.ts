import { TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import type { DocumentStore, Query, StoredDocument, Transaction, Write } from '@dovetail/core/ports/document-store.ts';

/** Whether a commit that fails has been applied all the same: its answer was lost. */
export type FailedCommit = 'not applied' | 'applied';

/** A document store of which one commit can be made to fail, as when a process dies around it, or to come late. */
export class FailingStore implements DocumentStore {
  readonly #store: DocumentStore;
  #next: { commitsLeft: number; readonly instead: <T>(apply: () => Promise<T>) => Promise<T> } | undefined;

  constructor(store: DocumentStore) {
    this.#store = store;
  }

  /** Has the `nth` commit from now on (from 1) fail, with `error`; transactions are counted with plain commits. */
  failCommit(nth: number, outcome: FailedCommit, error: Error = new TemporarilyUnavailable('it died')): void {
    this.#next = {
      commitsLeft: nth - 1,
      instead: async (apply) => {
        if (outcome === 'applied') await apply();
        throw error;
      },
    };
  }

  /** Has something be done just before the `nth` commit from now on (from 1), as by somebody who was quicker. */
  beforeCommit(nth: number, act: () => Promise<unknown>): void {
    this.#next = {
      commitsLeft: nth - 1,
      instead: async (apply) => {
        await act();
        return apply();
      },
    };
  }

  /** Ends what was armed and has not happened. Answers whether there was one. */
  disarm(): boolean {
    const waiting = this.#next !== undefined;
    this.#next = undefined;
    return waiting;
  }

  get(path: string): Promise<StoredDocument | null> {
    return this.#store.get(path);
  }

  getAll(paths: readonly string[]): Promise<(StoredDocument | null)[]> {
    return this.#store.getAll(paths);
  }

  query(query: Query): Promise<StoredDocument[]> {
    return this.#store.query(query);
  }

  count(query: Query): Promise<number> {
    return this.#store.count(query);
  }

  commit(writes: readonly Write[]): Promise<void> {
    return this.#around(() => this.#store.commit(writes));
  }

  transact<T>(body: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#around(() => this.#store.transact(body));
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  async #around<T>(apply: () => Promise<T>): Promise<T> {
    const next = this.#next;
    if (next && next.commitsLeft-- === 0) {
      this.#next = undefined;
      return next.instead(apply);
    }
    return apply();
  }
}
