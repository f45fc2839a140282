import type { DocumentStore, Write } from '@dovetail/core/ports/document-store.ts';

/** What one transaction asked of the store. */
export interface RecordedTransaction {
  /** The paths of each read, in order. */
  readonly read: readonly (readonly string[])[];
  readonly writes: readonly Write[];
}

/** `documents`, with every transaction and commit that succeeds added to `recorded`. Queries in them are not kept. */
export function recordTransactions(documents: DocumentStore, recorded: RecordedTransaction[]): DocumentStore {
  return {
    get: (path) => documents.get(path),
    getAll: (paths) => documents.getAll(paths),
    query: (query) => documents.query(query),
    count: (query) => documents.count(query),
    close: () => documents.close(),
    async commit(writes) {
      await documents.commit(writes);
      recorded.push({ read: [], writes });
    },
    async transact(body) {
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
      recorded.push({ read, writes });
      return result;
    },
  };
}
