import { AccessRevoked, RateLimited, TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import type { DocumentStore, Transaction } from '@dovetail/core/ports/document-store.ts';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts';
import { openFirestore } from './open-firestore.ts';

const host = inject('firestoreEmulator');

const ABORTED = 10;
const PERMISSION_DENIED = 7;
const RESOURCE_EXHAUSTED = 8;

const PATH = 'tenants/loft/counters/one';

describe.skipIf(host === null)('when Firestore fails, the document store', { timeout: 60_000 }, () => {
  let proxy: FaultyProxy;
  let store: DocumentStore;
  let runs: number;

  beforeEach(async () => {
    proxy = await startFaultyProxy(String(host));
    store = openFirestore(proxy.host);
    runs = 0;
  });
  afterEach(async () => {
    await store.close();
    await proxy.close();
  });

  const increment = async (transaction: Transaction) => {
    runs++;
    const n = Number((await transaction.get(PATH))?.data.n ?? 0);
    transaction.write({ type: 'set', path: PATH, data: { n: n + 1 } });
  };

  it('runs a transaction again whose read was aborted', async () => {
    proxy.fail('BatchGetDocuments', ABORTED);
    await store.transact(increment);
    expect(runs).toBe(2);
    expect((await store.get(PATH))?.data.n).toBe(1);
  });

  it('runs a transaction again whose commit was aborted', async () => {
    proxy.fail('Commit', ABORTED);
    await store.transact(increment);
    expect(runs).toBe(2);
    expect((await store.get(PATH))?.data.n).toBe(1);
  });

  it('does not run a transaction again whose body took an aborted read for something else', async () => {
    proxy.fail('BatchGetDocuments', ABORTED);
    const error = new Error('our own');
    const failed = store.transact(async (transaction) => {
      runs++;
      await transaction.get(PATH).catch(() => {
        throw error;
      });
    });
    await expect(failed).rejects.toBe(error);
    expect(runs).toBe(1);
  });

  it('gives a transaction up after five aborted commits', async () => {
    for (let attempt = 1; attempt <= 5; attempt++) proxy.fail('Commit', ABORTED);
    await expect(store.transact(increment)).rejects.toBeInstanceOf(TemporarilyUnavailable);
    expect(runs).toBe(5);
    expect(await store.get(PATH)).toBeNull();
  });

  it.each<[string, (store: DocumentStore) => Promise<unknown>]>([
    ['BatchGetDocuments', (store) => store.get(PATH)],
    ['RunQuery', (store) => store.query({ from: 'tenants' })],
    ['RunAggregationQuery', (store) => store.count({ from: 'tenants' })],
    ['Commit', (store) => store.commit([{ type: 'delete', path: PATH }])],
    ['Commit', (store) => store.transact(increment)],
    ['BatchGetDocuments', (store) => store.transact(increment)],
  ])('says of a denied %s that its access was revoked', async (method, work) => {
    proxy.fail(method, PERMISSION_DENIED);
    await expect(work(store)).rejects.toBeInstanceOf(AccessRevoked);
    expect(proxy.calls(method)).toBe(1);
  });

  it('says of too many requests that it should be asked later', async () => {
    for (let attempt = 1; attempt <= 20; attempt++) proxy.fail('Commit', RESOURCE_EXHAUSTED);
    await expect(store.commit([{ type: 'delete', path: PATH }])).rejects.toBeInstanceOf(RateLimited);
  });
});
