import { TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import type { DocumentStore } from '@dovetail/core/ports/document-store.ts';
import type { Reach } from './reach.ts';

const FAILURES = {
  refused: () => new TemporarilyUnavailable('simulated: the store is not there'),
  lost: () => new TemporarilyUnavailable('simulated: the store did not answer'),
};

/** The store as one process reaches it. Of a transaction, others see all or nothing, at one instant. */
export function frailStore(documents: DocumentStore, reach: Reach): DocumentStore {
  return {
    get: (path) => reach('store', { act: () => documents.get(path) }),
    getAll: (paths) => reach('store', { act: () => documents.getAll(paths) }),
    query: (query) => reach('store', { act: () => documents.query(query) }),
    count: (query) => reach('store', { act: () => documents.count(query) }),
    commit: (writes) => reach('store', { act: () => documents.commit(writes), failures: FAILURES }),
    transact: (body) => reach('store', { act: () => documents.transact(body), failures: FAILURES }),
    close: () => documents.close(),
  };
}
