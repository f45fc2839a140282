import {
  openSqliteDocumentStore,
  type SqliteDocumentStore,
  type SqliteDocumentStoreOptions,
} from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { InvalidInput, TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import type { Transaction } from '@dovetail/core/ports/document-store.ts';
import { afterEach, describe, expect, it } from 'vitest';

const COLLECTION = 'tenants/loft/counters';
const PATH = `${COLLECTION}/one`;

describe('a transaction of the SQLite store', () => {
  let store: SqliteDocumentStore;

  afterEach(() => store.close());

  const open = (options?: SqliteDocumentStoreOptions) => {
    store = openSqliteDocumentStore(options);
  };
  const set = (n: number, path = PATH) => store.commit([{ type: 'set', path, data: { n } }]);
  const value = async () => (await store.get(PATH))?.data.n;
  const increment = async (transaction: Transaction) => {
    const n = Number((await transaction.get(PATH))?.data.n ?? 0);
    transaction.write({ type: 'set', path: PATH, data: { n: n + 1 } });
  };

  it('runs again when a document it read was changed beside it', async () => {
    open();
    await set(1);
    let runs = 0;
    await store.transact(async (transaction) => {
      await increment(transaction);
      if (++runs === 1) await set(100);
    });
    expect(runs).toBe(2);
    expect(await value()).toBe(101);
  });

  it('runs again when a document it found missing was made beside it', async () => {
    open();
    let runs = 0;
    await store.transact(async (transaction) => {
      await increment(transaction);
      if (++runs === 1) await set(100);
    });
    expect(runs).toBe(2);
    expect(await value()).toBe(101);
  });

  it.each<[string, (transaction: Transaction) => Promise<unknown>, number]>([
    ['a new result', () => set(1, `${COLLECTION}/two`), 2],
    ['a result less', () => store.commit([{ type: 'delete', path: PATH }]), 2],
    ['a changed result', () => store.commit([{ type: 'update', path: PATH, data: { other: 1 } }]), 2],
    ['only documents it does not find', () => set(2, `${COLLECTION}/two`), 1],
    ['only another collection', () => set(1, 'tenants/loft/others/one'), 1],
  ])('reads a query again when the query would have %s', async (_, beside, expected) => {
    open();
    await set(1);
    let runs = 0;
    await store.transact(async (transaction) => {
      await transaction.query({ from: COLLECTION, where: [{ field: 'n', op: '==', value: 1 }] });
      if (++runs === 1) await beside(transaction);
      transaction.write({ type: 'set', path: 'tenants/loft/counters/sum', data: { runs } });
    });
    expect(runs).toBe(expected);
  });

  it('runs again when a document it read has ended its life beside it', async () => {
    open();
    const path = 'deliveries/one';
    await store.commit([{ type: 'set', path, data: { expireAt: new Date(0) } }]);
    const seen: boolean[] = [];
    await store.transact(async (transaction) => {
      seen.push((await transaction.get(path)) !== null);
      await store.removeExpired(1);
    });
    expect(seen).toEqual([true, false]);
  });

  it('gives up, having written nothing, when others are faster five times', async () => {
    open();
    let runs = 0;
    const overtaken = store.transact(async (transaction) => {
      await increment(transaction);
      await set(++runs * 1_000);
    });
    await expect(overtaken).rejects.toBeInstanceOf(TemporarilyUnavailable);
    expect(runs).toBe(5);
    expect(await value()).toBe(5_000);
  });

  it('runs again, without a trace of the first run, when it is told to abort', async () => {
    const aborts = [true, true, false];
    open({ abortTransactions: () => aborts.shift() ?? false });
    let runs = 0;
    await store.transact(async (transaction) => {
      await increment(transaction);
      transaction.write({ type: 'create', path: `${COLLECTION}/run${++runs}`, data: {} });
    });
    expect(runs).toBe(3);
    expect(await value()).toBe(1);
    expect((await store.query({ from: COLLECTION })).map(({ id }) => id)).toEqual(['one', 'run3']);
  });

  it('gives up when it is always told to abort', async () => {
    open({ abortTransactions: () => true });
    await expect(store.transact(increment)).rejects.toBeInstanceOf(TemporarilyUnavailable);
    expect(await value()).toBeUndefined();
  });

  it('does not believe an error of its body when what the body had read was not true together', async () => {
    open();
    await set(1);
    await set(1, `${COLLECTION}/two`);
    let runs = 0;
    const answer = await store.transact(async (transaction) => {
      const one = await transaction.get(PATH);
      if (++runs === 1)
        await store.commit([PATH, `${COLLECTION}/two`].map((path) => ({ type: 'set', path, data: { n: 2 } })));
      const two = await transaction.get(`${COLLECTION}/two`);
      if (one?.data.n !== two?.data.n) throw new Error('they always are the same');
      return two?.data.n;
    });
    expect(answer).toBe(2);
  });

  it('waits its turn, in the order they were asked for', async () => {
    open();
    const order: string[] = [];
    const name = (it: string) => async (transaction: Transaction) => {
      order.push(`${it} begins`);
      await increment(transaction);
      order.push(`${it} ends`);
    };
    const failing = store.transact(async () => Promise.reject(new InvalidInput('no')));
    await Promise.allSettled([failing, store.transact(name('a')), store.transact(name('b'))]);
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('is given up, and lets the next one run, when its body does nothing for too long', async () => {
    open({ transactionIdleMs: 20 });
    let late: Transaction | undefined;
    const stuck = store.transact((transaction) => {
      late = transaction;
      transaction.write({ type: 'set', path: PATH, data: { n: -1 } });
      return new Promise(() => {});
    });
    const next = store.transact(increment);
    await expect(stuck).rejects.toBeInstanceOf(TemporarilyUnavailable);
    await next;
    expect(await value()).toBe(1);
    await expect(late?.get(PATH)).rejects.toBeInstanceOf(TemporarilyUnavailable);
    expect(() => late?.write({ type: 'delete', path: PATH })).toThrow(TemporarilyUnavailable);
  });
});
