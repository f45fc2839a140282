import { BillingMeter } from '@dovetail/core/adapters/metered/billing-meter.ts';
import { meterDocumentStore } from '@dovetail/core/adapters/metered/metered-document-store.ts';
import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import type { DocumentStore, Write } from '@dovetail/core/ports/document-store.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeDocumentStore } from './document-store.contract.ts';

const FROM = 'tenants/loft/events';

const create = (id: string | number): Write => ({ type: 'create', path: `${FROM}/${id}`, data: { n: 1 } });

describeDocumentStore('a metered document store', async () =>
  meterDocumentStore(openSqliteDocumentStore(), new BillingMeter()),
);

describe('a metered document store bills', () => {
  const meter = new BillingMeter();
  let aborts: number;
  let store: DocumentStore;

  beforeEach(async () => {
    aborts = 0;
    store = meterDocumentStore(openSqliteDocumentStore({ abortTransactions: () => aborts-- > 0 }), meter);
    await store.commit([create('a'), create('b'), create('c')]);
    meter.reset();
  });
  afterEach(() => store.close());

  const billed = () => {
    const { reads, writes, deletes } = meter.snapshot();
    return { reads, writes, deletes };
  };

  it('a read for each document asked for, found or not', async () => {
    await store.get(`${FROM}/a`);
    await store.get(`${FROM}/none`);
    await store.getAll([`${FROM}/a`, `${FROM}/b`, `${FROM}/none`]);
    expect(billed()).toEqual({ reads: 5, writes: 0, deletes: 0 });
  });

  it('one read for a document asked for twice at once', async () => {
    await store.getAll([`${FROM}/a`, `${FROM}/a`]);
    expect(billed().reads).toBe(1);
  });

  it('a read for each document a query finds, and one when it finds none', async () => {
    await store.query({ from: FROM });
    expect(billed().reads).toBe(3);
    await store.query({ from: `${FROM}-none` });
    expect(billed().reads).toBe(4);
  });

  it('a read for each thousand documents counted, and one for none', async () => {
    await store.count({ from: `${FROM}-none` });
    expect(billed().reads).toBe(1);
    await store.commit(Array.from({ length: 998 }, (_, n) => create(n)));
    await store.count({ from: FROM });
    expect(billed().reads).toBe(3);
  });

  it('each write and each delete, also those that change nothing', async () => {
    const data = { n: 1 };
    await store.commit([
      { type: 'set', path: `${FROM}/a`, data },
      { type: 'merge', path: `${FROM}/a`, data },
      { type: 'update', path: `${FROM}/a`, data },
      create('d'),
      { type: 'delete', path: `${FROM}/b` },
      { type: 'delete', path: `${FROM}/none` },
    ]);
    expect(billed()).toEqual({ reads: 0, writes: 4, deletes: 2 });
  });

  it('nothing for a commit that fails', async () => {
    await expect(store.commit([create('new'), create('a')])).rejects.toThrow();
    expect(billed()).toEqual({ reads: 0, writes: 0, deletes: 0 });
  });

  it('the reads of every run of a transaction, and the writes of the last', async () => {
    aborts = 2;
    await store.transact(async (transaction) => {
      await transaction.get(`${FROM}/a`);
      await transaction.getAll([`${FROM}/b`, `${FROM}/none`]);
      await transaction.query({ from: FROM });
      transaction.write(create('d'), { type: 'delete', path: `${FROM}/c` });
    });
    expect(billed()).toEqual({ reads: 18, writes: 1, deletes: 1 });
  });

  it('only the reads of a transaction that fails', async () => {
    const failed = store.transact(async (transaction) => {
      await transaction.get(`${FROM}/a`);
      transaction.write(create('a'));
    });
    await expect(failed).rejects.toThrow();
    expect(billed()).toEqual({ reads: 1, writes: 0, deletes: 0 });
  });
});

describe('a billing meter', () => {
  it('starts at nothing, keeps its snapshots, and starts again when reset', () => {
    const meter = new BillingMeter();
    meter.reads += 2;
    meter.taskCreations += 1;
    const before = meter.snapshot();
    meter.reset();
    expect(before).toEqual({ reads: 2, writes: 0, deletes: 0, taskCreations: 1 });
    expect(meter.snapshot()).toEqual({ reads: 0, writes: 0, deletes: 0, taskCreations: 0 });
  });
});
