import type { DocumentStore } from '@dovetail/core/ports/document-store.ts';
import { afterAll, beforeAll, describe } from 'vitest';
import { describeQueries } from './document-store-queries.contract.ts';
import { describeRefusals } from './document-store-refusals.contract.ts';
import { describeTransactions } from './document-store-transactions.contract.ts';
import { describeWrites } from './document-store-writes.contract.ts';

/** What the parts of the contract work with. */
export interface Subject {
  readonly store: DocumentStore;
  /** Opens a store of its own, on the same documents or not. */
  open(): Promise<DocumentStore>;
  /** Names a collection, at its path, that no other test has used. Its name is unused too. */
  newCollection(): string;
}

/** Holds a document store to every promise of the port. `open` gives an empty one. */
export function describeDocumentStore(name: string, open: () => Promise<DocumentStore>): void {
  describe(name, () => {
    let store: DocumentStore | undefined;
    let collections = 0;
    const subject: Subject = {
      get store() {
        if (!store) throw new Error('The store is opened before the first test.');
        return store;
      },
      open,
      newCollection: () => `tenants/loft/collection${++collections}`,
    };
    beforeAll(async () => {
      store = await open();
    });
    afterAll(async () => {
      await store?.close();
    });

    describeWrites(subject);
    describeQueries(subject);
    describeTransactions(subject);
    describeRefusals(subject);
  });
}
