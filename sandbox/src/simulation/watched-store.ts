import type { DocumentStore, Write } from '@dovetail/core/ports/document-store.ts';

/** What one transaction or commit asked of the store. */
export interface WatchedTransaction {
  /** The paths of each read, in order; queries are not told. */
  readonly read: readonly (readonly string[])[];
  readonly writes: readonly Write[];
}

/** `documents` with somebody told of every transaction and commit, at the instant it succeeded. */
export function watchedStore(
  documents: DocumentStore,
  onDone: (transaction: WatchedTransaction) => void,
): DocumentStore {
  return {
    get: (path) => documents.get(path),
    getAll: (paths) => documents.getAll(paths),
    query: (query) => documents.query(query),
    count: (query) => documents.count(query),
    close: () => documents.close(),
    commit: async (writes) => {
      await documents.commit(writes);
      onDone({ read: [], writes });
    },
    transact: async (body) => {
      let read: (readonly string[])[] = [];
      let writes: Write[] = [];
      const result = await documents.transact((transaction) => {
        read = [];
        writes = [];
        return body({
          get: (path) => {
            read.push([path]);
            return transaction.get(path);
          },
          getAll: (paths) => {
            read.push(paths);
            return transaction.getAll(paths);
          },
          query: (query) => transaction.query(query),
          write: (...more) => {
            writes.push(...more);
            transaction.write(...more);
          },
        });
      });
      onDone({ read, writes });
      return result;
    },
  };
}
