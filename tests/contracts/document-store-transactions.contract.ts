import { AlreadyExists, InvalidInput, NotFound } from '@dovetail/core/domain/errors.ts';
import type { Transaction } from '@dovetail/core/ports/document-store.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Subject } from './document-store.contract.ts';

/** Reads and writes that succeed or fail together, whoever else is at it. */
export function describeTransactions(subject: Subject): void {
  describe('a transaction', () => {
    let collection: string;
    let path: string;

    beforeEach(() => {
      collection = subject.newCollection();
      path = `${collection}/counter`;
    });

    const set = (n: number) => subject.store.commit([{ type: 'set', path, data: { n } }]);
    const value = async () => (await subject.store.get(path))?.data.n;
    const increment = async (transaction: Transaction) => {
      const n = Number((await transaction.get(path))?.data.n ?? 0) + 1;
      transaction.write({ type: 'set', path, data: { n } });
      return n;
    };

    it('reads, writes and answers what its body returns', async () => {
      await set(1);
      const answer = await subject.store.transact(async (transaction) => {
        const [one, none] = await transaction.getAll([path, `${path}-none`]);
        const found = await transaction.query({ from: collection, where: [{ field: 'n', op: '==', value: 1 }] });
        transaction.write(
          { type: 'create', path: `${collection}/created`, data: { by: 'transaction' } },
          { type: 'update', path, data: { n: 2 }, ifUpdateTime: one!.updateTime },
        );
        transaction.write({ type: 'delete', path: `${path}-none` });
        return [one?.data.n, none, found.map(({ id }) => id), await transaction.getAll([]).catch(() => 'too late')];
      });
      expect(answer).toEqual([1, null, ['counter'], 'too late']);
      expect(await value()).toBe(2);
      expect(await subject.store.get(`${collection}/created`)).toMatchObject({ data: { by: 'transaction' } });
    });

    it('may only read, or only write', async () => {
      await subject.store.transact(async (transaction) => transaction.write({ type: 'set', path, data: { n: 5 } }));
      expect(await subject.store.transact((transaction) => transaction.get(path))).toMatchObject({ data: { n: 5 } });
      expect(await subject.store.transact(async () => 'nothing')).toBe('nothing');
    });

    it('writes nothing when its body throws, and lets the error through unchanged', async () => {
      const error = Object.assign(new Error('our own'), { code: 10 });
      let runs = 0;
      const failed = subject.store.transact(async (transaction) => {
        runs++;
        await increment(transaction);
        throw error;
      });
      await expect(failed).rejects.toBe(error);
      expect(runs).toBe(1);
      expect(await value()).toBeUndefined();
    });

    it('refuses to read after it has written', async () => {
      for (const read of [
        (transaction: Transaction) => transaction.get(path),
        (transaction: Transaction) => transaction.getAll([path]),
        (transaction: Transaction) => transaction.query({ from: collection }),
      ]) {
        const late = subject.store.transact(async (transaction) => {
          transaction.write({ type: 'set', path, data: { n: 1 } });
          await read(transaction);
        });
        await expect(late).rejects.toBeInstanceOf(InvalidInput);
      }
      expect(await value()).toBeUndefined();
    });

    it('applies nothing when the condition of one of its writes does not hold', async () => {
      await set(1);
      await subject.store.commit([{ type: 'set', path: `${collection}/taken`, data: {} }]);
      const clash = subject.store.transact(async (transaction) => {
        await increment(transaction);
        transaction.write({ type: 'create', path: `${collection}/taken`, data: {} });
      });
      await expect(clash).rejects.toBeInstanceOf(AlreadyExists);
      const missing = subject.store.transact(async (transaction) => {
        await increment(transaction);
        transaction.write({ type: 'update', path: `${path}-none`, data: { n: 1 } });
      });
      await expect(missing).rejects.toBeInstanceOf(NotFound);
      expect(await value()).toBe(1);
    });

    it('refuses what a commit refuses', async () => {
      const invalid = subject.store.transact(async (transaction) => {
        transaction.write({ type: 'set', path, data: { n: 1 } }, { type: 'set', path: 'odd', data: {} });
      });
      await expect(invalid).rejects.toBeInstanceOf(InvalidInput);
      expect(await value()).toBeUndefined();
    });

    it('loses no increment of twelve at once', async () => {
      const answers = await Promise.all(Array.from({ length: 12 }, () => subject.store.transact(increment)));
      expect(answers.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
      expect(await value()).toBe(12);
    });

    it('lets one of several at once make the document all found missing', async () => {
      const attempts = Array.from({ length: 5 }, (_, racer) =>
        subject.store.transact(async (transaction) => {
          if (await transaction.get(path)) return false;
          transaction.write({ type: 'create', path, data: { n: racer } });
          return true;
        }),
      );
      expect((await Promise.all(attempts)).filter(Boolean)).toHaveLength(1);
    });

    it('lets one of several at once act on the query that found nothing', async () => {
      const attempts = Array.from({ length: 5 }, (_, racer) =>
        subject.store.transact(async (transaction) => {
          const taken = await transaction.query({ from: collection, where: [{ field: 'slot', op: '==', value: 9 }] });
          if (taken.length > 0) return false;
          transaction.write({ type: 'create', path: `${collection}/${racer}`, data: { slot: 9 } });
          return true;
        }),
      );
      expect((await Promise.all(attempts)).filter(Boolean)).toHaveLength(1);
      expect(await subject.store.count({ from: collection })).toBe(1);
    });

    it('overwrites nothing that was written beside it after it had read', async () => {
      await set(0);
      let beside: Promise<void> | undefined;
      await subject.store.transact(async (transaction) => {
        const n = Number((await transaction.get(path))?.data.n);
        // Not awaited: Firestore keeps it waiting until the transaction is done.
        beside ??= set(100);
        transaction.write({ type: 'set', path, data: { n: n + 1 } });
      });
      await beside;
      expect([100, 101]).toContain(await value());
    });
  });
}
