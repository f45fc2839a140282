import type { DocumentStore, Transaction, Write } from '@dovetail/core/ports/document-store.ts';

/** As much of an event's document as says which state of its booking it holds. */
interface HoldsBooking {
  readonly booking?: { readonly version?: number };
}

/**
 * The store, with a look at what becomes of bookings there. A poll puts right within minutes what was written from an older
 * state, so the end shows nothing of it: it must never be written.
 * @param onOlder told of each event that was written from an older state of its booking than it held.
 */
export function watchVersions(documents: DocumentStore, onOlder: (told: string) => void): DocumentStore {
  const known = new Map<string, number>();
  const see = (writes: readonly Write[]) => {
    for (const write of writes) {
      if (write.type !== 'set') continue;
      const { version } = (write.data as HoldsBooking).booking ?? {};
      if (version === undefined) continue;
      const before = known.get(write.path) ?? version;
      if (version < before) onOlder(`${write.path} went back from version ${before} of its booking to ${version}`);
      known.set(write.path, version);
    }
  };
  return {
    get: (path) => documents.get(path),
    getAll: (paths) => documents.getAll(paths),
    query: (query) => documents.query(query),
    count: (query) => documents.count(query),
    close: () => documents.close(),
    commit: async (writes) => {
      await documents.commit(writes);
      see(writes);
    },
    transact: async (body) => {
      let written: Write[] = [];
      const answer = await documents.transact((transaction) => {
        written = [];
        return body(noting(transaction, written));
      });
      see(written);
      return answer;
    },
  };
}

function noting(transaction: Transaction, written: Write[]): Transaction {
  return {
    get: (path) => transaction.get(path),
    getAll: (paths) => transaction.getAll(paths),
    query: (query) => transaction.query(query),
    write: (...writes) => {
      written.push(...writes);
      transaction.write(...writes);
    },
  };
}
