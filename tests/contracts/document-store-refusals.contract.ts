import { CommitTooLarge, InvalidInput } from '@dovetail/core/domain/errors.ts';
import type { DocumentData, Query, Value } from '@dovetail/core/ports/document-store.ts';
import { DELETE_FIELD } from '@dovetail/core/ports/document-store.ts';
import { describe, expect, it } from 'vitest';
import type { Subject } from './document-store.contract.ts';

const MEBIBYTE = 1_048_576;

/** What Firestore refuses, every store refuses. */
export function describeRefusals(subject: Subject): void {
  const refuses = async (work: Promise<unknown>) => {
    await expect(work).rejects.toBeInstanceOf(InvalidInput);
  };
  const set = (path: string, data: DocumentData) => subject.store.commit([{ type: 'set', path, data }]);

  describe('a path is refused', () => {
    it.each([
      ['empty', ''],
      ['of one segment', 'tenants'],
      ['of a collection', 'tenants/loft/events'],
      ['with an empty segment', 'tenants//events/x'],
      ['with a slash before', '/tenants/loft'],
      ['with a slash after', 'tenants/loft/'],
      ['with a dot as segment', 'tenants/.'],
      ['with two dots as segment', 'tenants/../events/x'],
      ['with a reserved id', 'tenants/__loft__'],
      ['with a reserved collection', '__tenants__/loft'],
      ['with a control character', 'tenants/lo\u0001ft'],
      ['with half a surrogate pair', 'tenants/\ud83d'],
      ['with an id of more than 1,500 bytes', `tenants/${'é'.repeat(751)}`],
      ['of more than 6 KiB', Array.from({ length: 6 }, () => 'x'.repeat(1_100)).join('/')],
    ])('when it is one %s', async (_, path) => {
      await refuses(set(path, { n: 1 }));
      await refuses(subject.store.get(path));
      await refuses(subject.store.getAll(['tenants/loft', path]));
      await refuses(subject.store.commit([{ type: 'delete', path }]));
      await refuses(subject.store.transact((transaction) => transaction.get(path)));
    });
  });

  describe('a value is refused', () => {
    const nested = (levels: number): Value => (levels === 0 ? 1 : { deeper: nested(levels - 1) });

    it.each<[string, unknown]>([
      ['a list in a list', [[1]]],
      ['undefined in a list', [undefined]],
      ['a function', () => 1],
      ['a symbol', Symbol('none')],
      ['a bigint', 1n],
      ['an instance of a class', new Map()],
      ['no instant', new Date(Number.NaN)],
      ['an instant before the year 1', new Date('0000-12-31T23:59:59Z')],
      ['an instant after the year 9999', new Date('+010000-01-01T00:00:00Z')],
      ['half a surrogate pair', 'a\ud83d'],
      ['nested more than 20 levels', nested(21)],
      ['a string of more than 1,048,487 bytes', 'x'.repeat(1_048_488)],
      ['bytes of more than 1,048,487', new Uint8Array(1_048_488)],
      ['a map with an empty name', { '': 1 }],
      ['a map with a reserved name', { __name__: 1 }],
      ['a removal inside a map', { a: DELETE_FIELD }],
    ])('when it is %s', async (_, v) => {
      const path = `${subject.newCollection()}/x`;
      await refuses(set(path, { v } as DocumentData));
      await refuses(subject.store.commit([{ type: 'merge', path, data: { v } as DocumentData }]));
      expect(await subject.store.get(path)).toBeNull();
    });

    it.each(['', '__name__'])('when it is to be removed from a field called "%s"', async (field) => {
      const path = `${subject.newCollection()}/x`;
      await set(path, { n: 1 });
      await refuses(subject.store.commit([{ type: 'update', path, data: { [field]: DELETE_FIELD } }]));
      await refuses(subject.store.commit([{ type: 'merge', path, data: { [field]: DELETE_FIELD } }]));
    });

    it('but not when it is as large, or as deep, as Firestore allows', async () => {
      const path = `${subject.newCollection()}/x`;
      const data = { v: nested(20) };
      await set(path, data);
      expect((await subject.store.get(path))?.data).toEqual(data);
      await set(path, { v: 'x'.repeat(1_048_487) });
      expect(String((await subject.store.get(path))?.data.v).length).toBe(1_048_487);
    });
  });

  describe('a document is refused', () => {
    /** A document of exactly that size as Firestore counts it, in two fields, since one may not be so long. */
    const ofSize = (path: string, size: number): DocumentData => {
      const name = path.split('/').reduce((sum, segment) => sum + Buffer.byteLength(segment) + 1, 16);
      const rest = size - name - 32 - 'a'.length - 1 - 'b'.length - 1;
      return { a: new Uint8Array(500_000), b: new Uint8Array(rest - 500_000) };
    };

    it('when it is larger than 1 MiB, and not when it is just as large', async () => {
      const path = `${subject.newCollection()}/x`;
      await set(path, ofSize(path, MEBIBYTE));
      await refuses(set(path, ofSize(path, MEBIBYTE + 1)));
    });

    it('when an update makes it larger than 1 MiB', async () => {
      const path = `${subject.newCollection()}/x`;
      await set(path, ofSize(path, MEBIBYTE));
      await refuses(subject.store.commit([{ type: 'update', path, data: { c: 1 } }]));
      await refuses(subject.store.commit([{ type: 'merge', path, data: { c: 1 } }]));
      expect(Object.keys((await subject.store.get(path))?.data ?? {}).sort()).toEqual(['a', 'b']);
    });

    it('when it makes more than 40,000 index entries', async () => {
      const path = `${subject.newCollection()}/x`;
      const fields = Object.fromEntries(Array.from({ length: 20_001 }, (_, index) => [`f${index}`, 1]));
      await refuses(set(path, fields));
      await refuses(set(path, { map: { deeper: fields } }));
      await refuses(set(path, { list: Array.from({ length: 40_001 }, (_, index) => index) }));
    });

    it('when the commit it is in is larger than 10 MiB', async () => {
      const collection = subject.newCollection();
      const writes = Array.from({ length: 11 }, (_, index) => {
        const path = `${collection}/${index}`;
        return { type: 'set' as const, path, data: ofSize(path, MEBIBYTE) };
      });
      const transacted = subject.store.transact(async (transaction) => transaction.write(...writes));
      await expect(subject.store.commit(writes)).rejects.toThrow(CommitTooLarge);
      await expect(transacted).rejects.toThrow(CommitTooLarge);
      expect(await subject.store.count({ from: collection })).toBe(0);
    });

    it('when an update changes no field', async () => {
      const path = `${subject.newCollection()}/x`;
      await set(path, { n: 1 });
      await refuses(subject.store.commit([{ type: 'update', path, data: {} }]));
      await refuses(subject.store.commit([{ type: 'update', path, data: { n: undefined } }]));
    });
  });

  describe('a query is refused', () => {
    const from = 'tenants/loft/events';
    const document = { path: `${from}/x`, id: 'x', data: {}, updateTime: '1' };
    const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

    it.each<[string, Query]>([
      ['of a document', { from: 'tenants/loft' }],
      ['of a group with a path', { from: { group: 'tenants/loft/events' } }],
      ['of a nested field', { from, where: [{ field: 'a.b', op: '==', value: 1 }] }],
      ['ordered by a nested field', { from, orderBy: { field: 'a.b' } }],
      ['with a field name that is no plain word', { from, where: [{ field: "a' OR 1 --", op: '==', value: 1 }] }],
      ['for less than null', { from, where: [{ field: 'a', op: '<', value: null }] }],
      ['for more than NaN', { from, where: [{ field: 'a', op: '>', value: Number.NaN }] }],
      ['for null in a list', { from, where: [{ field: 'a', op: 'array-contains', value: null }] }],
      ['for null among others', { from, where: [{ field: 'a', op: 'in', value: [1, null] }] }],
      ['for none of no values', { from, where: [{ field: 'a', op: 'in', value: [] }] }],
      ['for one of 31 values', { from, where: [{ field: 'a', op: 'in', value: numbers(31) }] }],
      ['for one of a value that is no list', { from, where: [{ field: 'a', op: 'in', value: 'abc' }] }],
      [
        'for one of 16 values and one of 2',
        {
          from,
          where: [
            { field: 'a', op: 'in', value: numbers(16) },
            { field: 'b', op: 'in', value: numbers(2) },
          ],
        },
      ],
      [
        'for two elements',
        {
          from,
          where: [
            { field: 'a', op: 'array-contains', value: 1 },
            { field: 'a', op: 'array-contains', value: 2 },
          ],
        },
      ],
      ['for nothing', { from, limit: 0 }],
      ['for half a document', { from, limit: 1.5 }],
      ['after a document without the field', { from, orderBy: { field: 'n' }, startAfter: document }],
      ['after a document of another collection', { from: 'tenants/loft/runs', startAfter: document }],
      ['after a document of another group', { from: { group: 'runs' }, startAfter: document }],
    ])('when it asks %s', async (_, query) => {
      await refuses(subject.store.query(query));
      await refuses(subject.store.count(query));
      await refuses(subject.store.transact((transaction) => transaction.query(query)));
    });
  });
}
