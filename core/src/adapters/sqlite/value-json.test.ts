import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Value } from '../../ports/document-store.ts';
import { decodeData, encodeData } from './value-json.ts';

/** Whatever a field may hold, with field names that look like our own tags among them. */
const { value: anyValue } = fc.letrec<{ value: Value; map: Record<string, Value> }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string(),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array(),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('map'),
  ),
  map: fc.dictionary(
    fc.oneof(fc.constantFrom('$date', '$bytes', '$map', '$number', '$', 'a', 'b'), fc.string()),
    tie('value'),
    {
      maxKeys: 4,
      noNullPrototype: true,
    },
  ),
}));

describe('documents as JSON', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(decodeData(encodeData({ value }))).toEqual({ value });
      }),
    );
  });

  it('keep a top-level field that is named like a tag', () => {
    expect(decodeData(encodeData({ $date: 5, $map: 'x' }))).toEqual({ $date: 5, $map: 'x' });
  });

  it('have one text whatever the order of their fields', () => {
    expect(encodeData({ a: 1, b: { c: 2, d: 3 } })).toBe(encodeData({ b: { d: 3, c: 2 }, a: 1 }));
  });

  it('leave out fields that are undefined', () => {
    expect(encodeData({ a: undefined, b: { c: undefined } })).toBe('{"b":{}}');
  });
});
