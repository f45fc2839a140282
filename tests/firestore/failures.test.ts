import { TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import type { DocumentStore, Transaction } from '@dovetail/core/ports/document-store.ts';
import { describe, expect, inject, it, type TestContext } from 'vitest';
import { startFaultyProxy } from './faulty-proxy.ts';
import { openFirestore } from './open-firestore.ts';

const host = inject('firestoreEmulator');

const ABORTED = 10;
const INVALID_ARGUMENT = 3;
const PERMISSION_DENIED = 7;

/** Google's client asks three times before it believes that a read failed, whatever the status, and takes seconds. */
const READ_ATTEMPTS = 3;

const PATH = 'tenants/loft/counters/one';

const increment = async (transaction: Transaction) => {
  const n = Number((await transaction.get(PATH))?.data.n ?? 0);
  transaction.write({ type: 'set', path: PATH, data: { n: n + 1 } });
};

describe.skipIf(host === null)(
  'when Firestore fails, the document store',
  { timeout: 60_000, concurrent: true },
  () => {
    async function open({ onTestFinished }: TestContext) {
      const proxy = await startFaultyProxy(String(host));
      const store = openFirestore(proxy.host);
      onTestFinished(async () => {
        await store.close();
        await proxy.close();
      });
      return { proxy, store };
    }

    it.for([
      ['read', 'BatchGetDocuments', READ_ATTEMPTS],
      ['commit', 'Commit', 1],
    ] as const)('runs a transaction again whose %s was aborted', async ([, method, failures], context) => {
      const { proxy, store } = await open(context);
      proxy.fail(method, ABORTED, failures);
      let runs = 0;
      await store.transact((transaction) => {
        runs++;
        return increment(transaction);
      });
      expect(runs).toBe(2);
      expect((await store.get(PATH))?.data.n).toBe(1);
    });

    it('does not run a transaction again whose body fails of itself after an aborted read', async (context) => {
      const { proxy, store } = await open(context);
      proxy.fail('BatchGetDocuments', ABORTED, READ_ATTEMPTS);
      const error = new Error('our own');
      let runs = 0;
      const failed = store.transact(async (transaction) => {
        runs++;
        await transaction.get(PATH).catch(() => {
          throw error;
        });
      });
      await expect(failed).rejects.toBe(error);
      expect(runs).toBe(1);
    });

    it.for([
      ['read', 'BatchGetDocuments', READ_ATTEMPTS],
      ['commit', 'Commit', 1],
    ] as const)(
      'says of a transaction that was gone at its %s that it should be run later',
      async ([, method, failures], context) => {
        const { proxy, store } = await open(context);
        proxy.fail(method, INVALID_ARGUMENT, failures);
        await expect(store.transact(increment)).rejects.toBeInstanceOf(TemporarilyUnavailable);
        await store.transact(increment);
        expect((await store.get(PATH))?.data.n).toBe(1);
      },
    );

    it('gives a transaction up after five aborted commits', async (context) => {
      const { proxy, store } = await open(context);
      proxy.fail('Commit', ABORTED, 5);
      await expect(store.transact(increment)).rejects.toBeInstanceOf(TemporarilyUnavailable);
      expect(proxy.calls('Commit')).toBe(5);
      expect(await store.get(PATH)).toBeNull();
    });

    it.for<readonly [string, (store: DocumentStore) => Promise<unknown>]>([
      ['BatchGetDocuments', (store) => store.get(PATH)],
      ['RunQuery', (store) => store.query({ from: 'tenants' })],
      ['RunAggregationQuery', (store) => store.count({ from: 'tenants' })],
      ['Commit', (store) => store.commit([{ type: 'delete', path: PATH }])],
      ['Commit', (store) => store.transact(increment)],
    ])('says of a denied %s that it should be asked later', async ([method, work], context) => {
      const { proxy, store } = await open(context);
      proxy.fail(method, PERMISSION_DENIED, READ_ATTEMPTS);
      await expect(work(store)).rejects.toBeInstanceOf(TemporarilyUnavailable);
    });
  },
);
