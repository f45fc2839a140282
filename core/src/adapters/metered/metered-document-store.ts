import type { DocumentStore, Query, StoredDocument, Transaction, Write } from '../../ports/document-store.ts';
import type { BillingMeter } from './billing-meter.ts';

/** One read is billed for up to so many index entries that a count goes through. */
const COUNTED_PER_READ = 1_000;

/**
 * `store`, with what Firestore would bill added to `meter` (https://firebase.google.com/docs/firestore/pricing):
 * - a document asked for is a read, also when there is none; one asked for twice at once is one
 * - a query is a read for each document it finds, and at least one
 * - each run of a transaction reads again
 * - a write that changes nothing is still a write, a delete of nothing still a delete; those of a failed commit are not
 */
export function meterDocumentStore(store: DocumentStore, meter: BillingMeter): DocumentStore {
  return {
    ...meterReads(store, meter),

    async count(query) {
      const count = await store.count(query);
      meter.reads += Math.max(1, Math.ceil(count / COUNTED_PER_READ));
      return count;
    },

    async commit(writes) {
      await store.commit(writes);
      addWrites(meter, writes);
    },

    async transact(body) {
      let written: readonly Write[] = [];
      const result = await store.transact(async (transaction) => {
        const writes: Write[] = [];
        written = writes;
        return await body({
          ...meterReads(transaction, meter),
          write(...more) {
            transaction.write(...more);
            writes.push(...more);
          },
        });
      });
      addWrites(meter, written);
      return result;
    },

    close: () => store.close(),
  };
}

function meterReads(source: DocumentStore | Transaction, meter: BillingMeter) {
  return {
    async get(path: string): Promise<StoredDocument | null> {
      const document = await source.get(path);
      meter.reads += 1;
      return document;
    },

    async getAll(paths: readonly string[]): Promise<(StoredDocument | null)[]> {
      const documents = await source.getAll(paths);
      meter.reads += new Set(paths).size;
      return documents;
    },

    async query(query: Query): Promise<StoredDocument[]> {
      const documents = await source.query(query);
      meter.reads += Math.max(1, documents.length);
      return documents;
    },
  };
}

function addWrites(meter: BillingMeter, writes: readonly Write[]): void {
  const deletes = writes.filter((write) => write.type === 'delete').length;
  meter.deletes += deletes;
  meter.writes += writes.length - deletes;
}
