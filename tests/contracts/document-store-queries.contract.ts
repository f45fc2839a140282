import type { DocumentData, Filter, Query, StoredDocument, Value } from '@dovetail/core/ports/document-store.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Subject } from './document-store.contract.ts';

/** A field `v` of every type, in the order Firestore sorts them; documents are named after their place. */
const ASCENDING: readonly Value[] = [
  null,
  false,
  true,
  Number.NaN,
  -1.5,
  0,
  1,
  new Date(0),
  new Date(1),
  '',
  'a',
  'é',
  '\uffff',
  '😀',
  new Uint8Array([1]),
  new Uint8Array([1, 2]),
  [1],
  [1, 'x'],
  ['x'],
  {},
  { a: 1 },
  { a: 1, b: 1 },
];

const name = (index: number) => `d${String(index).padStart(2, '0')}`;
const placeOf = (value: Value) => name(ASCENDING.findIndex((each) => each === value || Object.is(each, value)));

/** Finding documents by their fields, in order, page by page. */
export function describeQueries(subject: Subject): void {
  const put = (documents: Record<string, DocumentData>) =>
    subject.store.commit(Object.entries(documents).map(([path, data]) => ({ type: 'set', path, data })));
  const ids = async (query: Query) => (await subject.store.query(query)).map((document) => document.id);
  const paths = async (query: Query) => (await subject.store.query(query)).map((document) => document.path);

  describe('a filter', () => {
    let from: string;

    beforeAll(async () => {
      from = subject.newCollection();
      const documents = ASCENDING.map((v, index): [string, DocumentData] => [
        `${from}/${name(index)}`,
        { v, w: index % 3 },
      ]);
      await put({ ...Object.fromEntries(documents), [`${from}/without`]: { w: 0 } });
    });

    const found = (op: Filter['op'], value: Value) => ids({ from, where: [{ field: 'v', op, value }] });

    it.each(ASCENDING.map((value): [string, Value] => [inspect(value), value]))(
      '== %s finds that alone',
      async (_, value) => {
        expect(await found('==', value)).toEqual([placeOf(value)]);
      },
    );

    it('== takes minus zero for zero', async () => {
      expect(await found('==', -0)).toEqual([placeOf(0)]);
    });

    it.each<[Filter['op'], Value, Value[]]>([
      ['<', 1, [-1.5, 0]],
      ['<=', 0, [-1.5, 0]],
      ['>', -1.5, [0, 1]],
      ['>=', 0, [0, 1]],
      ['>', '', ['a', 'é', '\uffff', '😀']],
      ['>=', 'é', ['é', '\uffff', '😀']],
      ['<', 'é', ['', 'a']],
      ['<=', true, [false, true]],
      ['>', false, [true]],
    ])('%s %j finds values of the same type only', async (op, value, expected) => {
      expect(await found(op, value)).toEqual(expected.map(placeOf));
    });

    it('compares timestamps, bytes, lists and maps among themselves', async () => {
      expect(await found('>', new Date(0))).toEqual([name(8)]);
      expect(await found('<=', new Date(0))).toEqual([name(7)]);
      expect(await found('>', new Uint8Array([1]))).toEqual([name(15)]);
      expect(await found('>', [1])).toEqual([name(17), name(18)]);
      expect(await found('>=', { a: 1 })).toEqual([name(20), name(21)]);
    });

    it('"in" finds each of several values', async () => {
      expect((await found('in', ['a', 1, 'nowhere', true])).sort()).toEqual([true, 1, 'a'].map(placeOf));
    });

    it('"array-contains" finds lists with that element', async () => {
      expect(await found('array-contains', 1)).toEqual([name(16), name(17)]);
      expect(await found('array-contains', 'x')).toEqual([name(17), name(18)]);
      expect(await found('array-contains', '1')).toEqual([]);
    });

    it('holds together with others', async () => {
      const where: Filter[] = [
        { field: 'v', op: '>=', value: '' },
        { field: 'w', op: '==', value: 0 },
        { field: 'v', op: '<', value: '😀' },
      ];
      expect(await ids({ from, where })).toEqual([name(9), name(12)]);
    });

    it('may compare two fields', async () => {
      const where: Filter[] = [
        { field: 'v', op: '<=', value: 'é' },
        { field: 'w', op: '>=', value: 1 },
      ];
      expect(await ids({ from, where })).toEqual([name(10), name(11)]);
    });

    it('finds nothing in a field nobody has', async () => {
      expect(await ids({ from, where: [{ field: 'none', op: '==', value: null }] })).toEqual([]);
    });

    it('is counted without reading', async () => {
      expect(await subject.store.count({ from })).toBe(ASCENDING.length + 1);
      expect(await subject.store.count({ from, where: [{ field: 'w', op: '==', value: 1 }] })).toBe(7);
      expect(await subject.store.count({ from, limit: 4 })).toBe(4);
      expect(await subject.store.count({ from: `${from}-none` })).toBe(0);
    });

    it('sorts every type as Firestore does, both ways, and leaves out documents without the field', async () => {
      const expected = ASCENDING.map((_, index) => name(index));
      expect(await ids({ from, orderBy: { field: 'v' } })).toEqual(expected);
      expect(await ids({ from, orderBy: { field: 'v', direction: 'desc' } })).toEqual(expected.toReversed());
    });

    it.each<[string, Omit<Query, 'from'>]>([
      ['by path', {}],
      ['by a field of every type', { orderBy: { field: 'v' } }],
      ['by a field with ties', { orderBy: { field: 'w' } }],
      ['by a field with ties, backwards', { orderBy: { field: 'w', direction: 'desc' } }],
      ['by a range', { where: [{ field: 'w', op: '>', value: 0 }] }],
      [
        'by one field and a range of another',
        { where: [{ field: 'v', op: '>=', value: '' }], orderBy: { field: 'w' } },
      ],
    ])('gives the same documents page by page: %s', async (_, query) => {
      const whole = await ids({ from, ...query });
      const pages: string[] = [];
      let startAfter: StoredDocument | undefined;
      do {
        const page = await subject.store.query({ from, ...query, limit: 4, ...(startAfter && { startAfter }) });
        pages.push(...page.map((document) => document.id));
        startAfter = page.at(-1);
      } while (startAfter);
      expect(pages).toEqual(whole);
    });
  });

  describe('a query', () => {
    it('of a collection sees its own documents, not deeper ones nor those of its namesakes', async () => {
      const from = subject.newCollection();
      await put({
        [`${from}/a`]: {},
        [`${from}/a/${lastOf(from)}/b`]: {},
        [`${from}x/c`]: {},
        [`${lastOf(from)}/d`]: {},
      });
      expect(await paths({ from })).toEqual([`${from}/a`]);
    });

    it('finds documents whatever the names of their collections', async () => {
      const from = `${subject.newCollection()}/a/o'clock "or" $.x`;
      await put({ [`${from}/it's`]: { n: 1 } });
      expect(await paths({ from, where: [{ field: 'n', op: '==', value: 1 }] })).toEqual([`${from}/it's`]);
      expect(await paths({ from: { group: lastOf(from) } })).toEqual([`${from}/it's`]);
    });

    it('of a collection group sees all of that name, sorted segment by segment', async () => {
      const group = lastOf(subject.newCollection());
      const expected = [
        `${group}/z`,
        `t/a/${group}/1`,
        `t/a/${group}/1/${group}/0`,
        `t/a/${group}/2`,
        `t/a-b/${group}/1`,
      ];
      await put(Object.fromEntries([...expected.toReversed(), `t/a.b/${group}x/1`].map((path) => [path, {}])));
      expect(await paths({ from: { group } })).toEqual(expected);
      expect(await subject.store.count({ from: { group } })).toBe(5);
    });

    it('of a collection group goes on after a document by field, then path', async () => {
      const group = lastOf(subject.newCollection());
      const at = (tenant: string) => `t/${tenant}/${group}/x`;
      await put({
        [at('a')]: { due: 1 },
        [at('a-b')]: { due: 1 },
        [at('c')]: { due: 0 },
        [at('d')]: { due: 2 },
        [at('e')]: {},
      });
      const query: Query = { from: { group }, where: [{ field: 'due', op: '<=', value: 2 }], limit: 2 };
      const first = await subject.store.query(query);
      expect(first.map(({ path }) => path)).toEqual([at('c'), at('a')]);
      expect(await paths({ ...query, startAfter: first[1]! })).toEqual([at('a-b'), at('d')]);
    });

    it('breaks ties by path, in the direction of the field', async () => {
      const from = subject.newCollection();
      await put({ [`${from}/a`]: { n: 1 }, [`${from}/b`]: { n: 1 }, [`${from}/c`]: { n: 2 } });
      expect(await ids({ from, orderBy: { field: 'n' } })).toEqual(['a', 'b', 'c']);
      expect(await ids({ from, orderBy: { field: 'n', direction: 'desc' } })).toEqual(['c', 'b', 'a']);
    });

    it('with a range is sorted by that field when nothing else is asked', async () => {
      const from = subject.newCollection();
      await put({ [`${from}/a`]: { n: 3 }, [`${from}/b`]: { n: 1 }, [`${from}/c`]: { n: 2 } });
      expect(await ids({ from, where: [{ field: 'n', op: '>', value: 0 }] })).toEqual(['b', 'c', 'a']);
    });

    it('sorts ids by their bytes', async () => {
      const from = subject.newCollection();
      await put(Object.fromEntries(['\uffff', '😀', 'b', 'B', '10', '9'].map((id) => [`${from}/${id}`, {}])));
      expect(await ids({ from })).toEqual(['10', '9', 'B', 'b', '\uffff', '😀']);
    });

    it('goes on after a document that has been deleted since', async () => {
      const from = subject.newCollection();
      await put({ [`${from}/a`]: { n: 1 }, [`${from}/b`]: { n: 2 }, [`${from}/c`]: { n: 3 } });
      const [, startAfter] = await subject.store.query({ from, orderBy: { field: 'n' } });
      await subject.store.commit([{ type: 'delete', path: `${from}/b` }]);
      expect(await ids({ from, orderBy: { field: 'n' }, startAfter: startAfter! })).toEqual(['c']);
    });

    it('sees a document under its new values at once, and no longer under the old', async () => {
      const from = subject.newCollection();
      await put({ [`${from}/a`]: { n: 1, tags: ['x'] } });
      await subject.store.commit([{ type: 'update', path: `${from}/a`, data: { n: 2, tags: ['y'] } }]);
      expect(await ids({ from, where: [{ field: 'n', op: '==', value: 1 }] })).toEqual([]);
      expect(await ids({ from, where: [{ field: 'n', op: '==', value: 2 }] })).toEqual(['a']);
      expect(await ids({ from, where: [{ field: 'tags', op: 'array-contains', value: 'x' }] })).toEqual([]);
    });
  });
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function inspect(value: Value): string {
  return value instanceof Uint8Array
    ? `bytes ${value.join(' ')}`
    : typeof value === 'number'
      ? String(value)
      : JSON.stringify(value);
}
