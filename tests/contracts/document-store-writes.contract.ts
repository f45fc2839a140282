import { AlreadyExists, NotFound, PreconditionFailed, TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import { DELETE_FIELD, type DocumentData } from '@dovetail/core/ports/document-store.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Subject } from './document-store.contract.ts';

/** One field of every type, with the values that are easily lost on the way. */
const EVERY_TYPE: DocumentData = {
  text: 'Łódź 😀 \0 \u0001 "quoted"',
  empty: '',
  long: 'x'.repeat(20_000),
  whole: 42,
  large: Number.MAX_SAFE_INTEGER,
  fraction: 0.1,
  minusZero: -0,
  notANumber: Number.NaN,
  infinite: -Infinity,
  yes: true,
  no: false,
  nothing: null,
  instant: new Date('2027-05-01T10:00:00.123Z'),
  before1970: new Date('1969-12-31T23:59:59.999Z'),
  bytes: new Uint8Array([0, 1, 254, 255]),
  noBytes: new Uint8Array(),
  list: [1, 'two', null, new Date(3), new Uint8Array([4]), { five: [5] }],
  map: { deep: { deeper: [{ deepest: true }] }, none: {}, $date: 1, $bytes: 'AA==' },
};

/** Reading documents, and changing them without a transaction. */
export function describeWrites(subject: Subject): void {
  let path: string;

  beforeEach(() => {
    path = `${subject.newCollection()}/one`;
  });

  const read = async (at = path) => (await subject.store.get(at))?.data;
  const put = (data: DocumentData) => subject.store.commit([{ type: 'set', path, data }]);
  const updateTime = async () => (await subject.store.get(path))?.updateTime ?? '';

  describe('reading', () => {
    it('gives back every type of value as it was stored', async () => {
      await put(EVERY_TYPE);
      expect(await subject.store.get(path)).toEqual({
        path,
        id: 'one',
        data: EVERY_TYPE,
        updateTime: expect.any(String),
      });
    });

    it('gives bytes as a plain Uint8Array', async () => {
      await put({ bytes: new Uint8Array([1]), list: [Buffer.of(2)] });
      expect(await read()).toStrictEqual({ bytes: new Uint8Array([1]), list: [new Uint8Array([2])] });
    });

    it('gives null where there is no document', async () => {
      expect(await subject.store.get(path)).toBeNull();
    });

    it('gives documents in the order they are asked for, also twice, and null between them', async () => {
      await put({ n: 1 });
      const documents = await subject.store.getAll([`${path}-none`, path, path]);
      expect(documents.map((document) => document?.path ?? null)).toEqual([null, path, path]);
    });

    it('gives nothing when nothing is asked for', async () => {
      expect(await subject.store.getAll([])).toEqual([]);
    });

    it('finds a document below one that does not exist', async () => {
      await subject.store.commit([{ type: 'set', path: `${path}/below/two`, data: { n: 2 } }]);
      expect(await read(`${path}/below/two`)).toEqual({ n: 2 });
      expect(await read()).toBeUndefined();
    });

    it('is not affected by what a caller does to the values it wrote or read', async () => {
      const data = { list: [1], bytes: new Uint8Array([1]) };
      await put(data);
      data.list.push(2);
      data.bytes[0] = 9;
      const seen = await read();
      (seen!.list as number[]).push(3);
      expect(await read()).toEqual({ list: [1], bytes: new Uint8Array([1]) });
    });
  });

  describe('create', () => {
    it('makes a document', async () => {
      await subject.store.commit([{ type: 'create', path, data: { n: 1 } }]);
      expect(await read()).toEqual({ n: 1 });
    });

    it('fails with AlreadyExists when there is one, and leaves it alone', async () => {
      await put({ n: 1 });
      const again = subject.store.commit([{ type: 'create', path, data: { n: 2 } }]);
      await expect(again).rejects.toBeInstanceOf(AlreadyExists);
      expect(await read()).toEqual({ n: 1 });
    });
  });

  describe('set', () => {
    it('replaces the whole document', async () => {
      await put({ a: 1, b: { c: 2 } });
      await put({ b: { d: 3 } });
      expect(await read()).toEqual({ b: { d: 3 } });
    });

    it('leaves out undefined fields at every depth', async () => {
      await put({ a: undefined, b: { c: undefined, d: [{ e: undefined }, {}] } });
      expect(Object.keys((await read()) ?? {})).toEqual(['b']);
      expect(await read()).toStrictEqual({ b: { d: [{}, {}] } });
    });

    it('takes any field name that is not reserved', async () => {
      const data = { 'a.b': 1, 'c d': 2, "e'f": 3, '`g`': 4, $h: 5, é: 6, '': undefined };
      await put(data);
      expect(await read()).toEqual(data);
    });
  });

  describe('merge', () => {
    const merge = (data: DocumentData | { [field: string]: typeof DELETE_FIELD | number }) =>
      subject.store.commit([{ type: 'merge', path, data }]);

    it('replaces only the fields it names, maps as a whole', async () => {
      await put({ a: 1, b: { c: 2 }, d: 4 });
      await merge({ b: { e: 5 }, f: 6 });
      expect(await read()).toEqual({ a: 1, b: { e: 5 }, d: 4, f: 6 });
    });

    it('makes the document when there is none', async () => {
      await merge({ a: 1 });
      expect(await read()).toEqual({ a: 1 });
    });

    it('removes fields, also those that are not there', async () => {
      await put({ a: 1, b: 2 });
      await merge({ a: DELETE_FIELD, c: DELETE_FIELD });
      expect(await read()).toEqual({ b: 2 });
    });

    it('of no field makes an empty document, or leaves the one there is', async () => {
      await merge({});
      expect(await read()).toEqual({});
      await put({ a: 1 });
      await merge({ a: undefined });
      expect(await read()).toEqual({ a: 1 });
    });
  });

  describe('update', () => {
    it('replaces only the fields it names, removes some, and says nothing of undefined ones', async () => {
      await put({ a: 1, b: { c: 2 }, d: 4, e: 5, 'f.g': 6 });
      const data = { b: { x: 1 }, d: DELETE_FIELD, e: undefined, 'f.g': 7 } as const;
      await subject.store.commit([{ type: 'update', path, data }]);
      expect(await read()).toEqual({ a: 1, b: { x: 1 }, e: 5, 'f.g': 7 });
    });

    it('fails with NotFound when there is no document', async () => {
      const update = subject.store.commit([{ type: 'update', path, data: { a: 1 } }]);
      await expect(update).rejects.toBeInstanceOf(NotFound);
    });

    it('happens at the update time it asks for, and fails with PreconditionFailed at any other', async () => {
      await put({ n: 1 });
      const ifUpdateTime = await updateTime();
      await subject.store.commit([{ type: 'update', path, data: { n: 2 }, ifUpdateTime }]);
      const late = subject.store.commit([{ type: 'update', path, data: { n: 3 }, ifUpdateTime }]);
      await expect(late).rejects.toBeInstanceOf(PreconditionFailed);
      expect(await read()).toEqual({ n: 2 });
    });

    it('fails with PreconditionFailed when the document it was meant for is gone, or the update time is nonsense', async () => {
      await put({ n: 1 });
      const ifUpdateTime = await updateTime();
      const nonsense = subject.store.commit([{ type: 'update', path, data: { n: 2 }, ifUpdateTime: 'yesterday' }]);
      await expect(nonsense).rejects.toBeInstanceOf(PreconditionFailed);
      await subject.store.commit([{ type: 'delete', path }]);
      const late = subject.store.commit([{ type: 'update', path, data: { n: 2 }, ifUpdateTime }]);
      await expect(late).rejects.toBeInstanceOf(PreconditionFailed);
    });
  });

  describe('delete', () => {
    it('removes the document, and is content when there is none', async () => {
      await put({ n: 1 });
      await subject.store.commit([{ type: 'delete', path }]);
      await subject.store.commit([{ type: 'delete', path }]);
      expect(await read()).toBeUndefined();
    });

    it('leaves what lies below', async () => {
      await put({ n: 1 });
      await subject.store.commit([{ type: 'set', path: `${path}/below/two`, data: { n: 2 } }]);
      await subject.store.commit([{ type: 'delete', path }]);
      expect(await read(`${path}/below/two`)).toEqual({ n: 2 });
    });

    it('happens at the update time it asks for, and fails with PreconditionFailed at any other', async () => {
      await put({ n: 1 });
      const first = await updateTime();
      await put({ n: 2 });
      const late = subject.store.commit([{ type: 'delete', path, ifUpdateTime: first }]);
      await expect(late).rejects.toBeInstanceOf(PreconditionFailed);
      await subject.store.commit([{ type: 'delete', path, ifUpdateTime: await updateTime() }]);
      expect(await read()).toBeUndefined();
      const gone = subject.store.commit([{ type: 'delete', path, ifUpdateTime: first }]);
      await expect(gone).rejects.toBeInstanceOf(PreconditionFailed);
    });
  });

  describe('the update time', () => {
    it('changes with every write that changes the document, and stays when nothing changes', async () => {
      await put({ n: 1, m: { a: 1, b: 2 } });
      const first = await updateTime();
      await put({ m: { b: 2, a: 1 }, n: 1 });
      expect(await updateTime()).toBe(first);
      await put({ n: 2 });
      expect(await updateTime()).not.toBe(first);
    });

    it('is not used again by a document made anew', async () => {
      await put({ n: 1 });
      const first = await updateTime();
      await subject.store.commit([{ type: 'delete', path }]);
      await put({ n: 1 });
      expect(await updateTime()).not.toBe(first);
    });
  });

  describe('a commit', () => {
    it('applies nothing when one of its writes fails', async () => {
      const commit = subject.store.commit([
        { type: 'set', path, data: { n: 1 } },
        { type: 'update', path: `${path}-none`, data: { n: 1 } },
      ]);
      await expect(commit).rejects.toBeInstanceOf(NotFound);
      expect(await read()).toBeUndefined();
    });

    it('applies several writes of one document in order', async () => {
      await subject.store.commit([
        { type: 'set', path, data: { a: 1 } },
        { type: 'update', path, data: { b: 2 } },
        { type: 'delete', path },
        { type: 'merge', path, data: { c: 3 } },
      ]);
      expect(await read()).toEqual({ c: 3 });
    });

    it('of nothing is done', async () => {
      await expect(subject.store.commit([])).resolves.toBeUndefined();
    });

    it('takes 500 writes', async () => {
      const collection = subject.newCollection();
      const writes = Array.from({ length: 500 }, (_, n) => ({
        type: 'set' as const,
        path: `${collection}/${n}`,
        data: { n },
      }));
      await subject.store.commit(writes);
      expect(await subject.store.count({ from: collection })).toBe(500);
    });
  });

  it('finishes what is under way when it is closed, and asks everybody else to come again', async () => {
    const store = await subject.open();
    let release = () => {};
    const begun = new Promise<void>((resolve) => {
      release = resolve;
    });
    const underWay = store.transact(async (transaction) => {
      await begun;
      await transaction.get(path);
      transaction.write({ type: 'set', path, data: { n: 1 } });
      return 'done';
    });
    const closed = store.close();
    const late = [store.get(path), store.commit([{ type: 'delete', path }]), store.transact(async () => 'late')];
    for (const work of late) await expect(work).rejects.toBeInstanceOf(TemporarilyUnavailable);
    release();
    expect(await underWay).toBe('done');
    await closed;
    await expect(store.get(path)).rejects.toBeInstanceOf(TemporarilyUnavailable);
    await store.close();
  });
}
