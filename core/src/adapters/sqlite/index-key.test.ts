import { describe, expect, it } from 'vitest';
import type { Value } from '../../ports/document-store.ts';
import { indexKey, indexKeys, typeRange } from './index-key.ts';

/** In Firestore's order, as the emulator gave it. */
const ASCENDING: readonly Value[] = [
  null,
  false,
  true,
  Number.NaN,
  -Infinity,
  -1.5,
  -1,
  -Number.MIN_VALUE,
  0,
  Number.MIN_VALUE,
  1,
  1.5,
  2 ** 53,
  Infinity,
  new Date(-1),
  new Date(0),
  new Date('2027-05-01T00:00:00Z'),
  '',
  '\0',
  '\u0001',
  '\u0002',
  '\u0003',
  'a',
  'a\0',
  'a\u0001',
  'aa',
  'b',
  'é',
  '\uffff',
  '😀',
  new Uint8Array([]),
  new Uint8Array([1]),
  new Uint8Array([1, 2]),
  new Uint8Array([2]),
  [],
  [1],
  [1, 0],
  [2],
  ['a'],
  ['a', 'a'],
  ['a\0'],
  ['aa'],
  {},
  { a: 1 },
  { a: 1, b: 1 },
  { a: 2 },
  { b: 0 },
];

const bytes = (value: Value) => Buffer.from(indexKey(value));

describe('index keys', () => {
  it('sort by their bytes as Firestore sorts the values', () => {
    for (const [index, value] of ASCENDING.entries()) {
      for (const greater of ASCENDING.slice(index + 1)) {
        expect(Buffer.compare(bytes(value), bytes(greater)), `${String(value)} before ${String(greater)}`).toBe(-1);
      }
    }
  });

  it('are equal for both zeros, and for maps whatever the order of their fields', () => {
    expect(indexKey(-0)).toBe(indexKey(0));
    expect(indexKey({ a: 1, b: 2, c: undefined })).toBe(indexKey({ b: 2, a: 1 }));
  });

  it('of one type lie in one range that no other type enters', () => {
    for (const value of ['a', 1, new Date(0), new Uint8Array([1]), true]) {
      const { first, end } = typeRange(indexKey(value));
      const inside = ASCENDING.filter((each) => indexKey(each) >= first && indexKey(each) < end);
      expect(new Set(inside.map((each) => Object.prototype.toString.call(each))).size).toBe(1);
      expect(inside.length).toBeGreaterThan(1);
    }
  });

  it('stay short when values are long', () => {
    expect(indexKey('x'.repeat(100_000)).length).toBe(1_500);
    expect(indexKey(new Uint8Array(100_000)).length).toBe(1_500);
    expect(indexKey('😀'.repeat(10_000)).isWellFormed()).toBe(true);
  });

  it('are kept for each element of a list, and not for fields no query can name', () => {
    const keys = indexKeys({ tags: ['x', 1], 'a.b': 1, none: undefined });
    expect(keys).toEqual({ tags: indexKey(['x', 1]), 'tags[]': [indexKey('x'), indexKey(1)] });
  });
});
