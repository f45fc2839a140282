import type { DocumentStore, Write } from '@dovetail/core/ports/document-store.ts';

/** The store with somebody told of all that is written, at the instant it is. */
export function watchedStore(documents: DocumentStore, onWrite: (writes: readonly Write[]) => void): DocumentStore {
  return {
    get: (path) => documents.get(path),
    getAll: (paths) => documents.getAll(paths),
    query: (query) => documents.query(query),
    count: (query) => documents.count(query),
    close: () => documents.close(),
    commit: async (writes) => {
      await documents.commit(writes);
      onWrite(writes);
    },
    transact: async (body) => {
      let written: Write[] = [];
      const result = await documents.transact((transaction) => {
        written = [];
        return body({
          get: (path) => transaction.get(path),
          getAll: (paths) => transaction.getAll(paths),
          query: (query) => transaction.query(query),
          write: (...writes) => {
            written.push(...writes);
            transaction.write(...writes);
          },
        });
      });
      if (written.length > 0) onWrite(written);
      return result;
    },
  };
}
