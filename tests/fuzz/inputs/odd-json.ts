import fc from 'fast-check';
import { oddText, repeated } from './odd-text.ts';
import { oddTime, oddZone } from './odd-time.ts';

/** JSON, as it is sent. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const NUMBERS = [0, -1, 1, 0.5, 2 ** 31, 2 ** 53, -(2 ** 53), 1e21, 1e308, -1e308, 5e-324, 1001, 99999] as const;

/** A value that a field was not made for. */
export const oddValue: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: oddText },
  { weight: 2, arbitrary: oddTime },
  { weight: 2, arbitrary: fc.constantFrom<Json>(...NUMBERS) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Json>(
      null,
      true,
      false,
      [],
      {},
      [[]],
      [null],
      [{}],
      { length: 3 },
      { __proto__: null, toString: 'x' },
    ),
  },
  { weight: 1, arbitrary: oddZone },
  { weight: 1, arbitrary: repeated },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Json>(deep(50), deep(1_500), many('x', 51), many(1, 20_000), many({ a: 1 }, 2_000)),
  },
);

/** Something that happens to a value; `at` is taken modulo the places there are. */
export interface JsonChange {
  readonly do: 'replace' | 'remove' | 'add' | 'wrap' | 'multiply';
  readonly at: number;
  readonly key: string;
  readonly value: Json;
}

const change: fc.Arbitrary<JsonChange> = fc.record({
  do: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add', 'wrap', 'multiply'),
  at: fc.nat(60),
  key: fc.oneof(fc.constantFrom('__proto__', 'constructor', 'id', 'tenantId', 'toString', ''), oddText),
  value: oddValue,
});

export const jsonChanges = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 2, arbitrary: fc.array(change, { minLength: 1, maxLength: 2 }) },
);

/** The value after what happened to it. */
export function changedJson(value: Json, changes: readonly JsonChange[]): Json {
  return changes.reduce<Json>((result, each) => {
    const places = placesOf(result);
    return changedAt(result, places[each.at % places.length] ?? [], each);
  }, value);
}

type Place = readonly (string | number)[];

/** Every place in a value, itself first. */
function placesOf(value: Json, place: Place = []): Place[] {
  if (value === null || typeof value !== 'object') return [place];
  const inner = Object.entries(value)
    .slice(0, 30)
    .flatMap(([key, each]) => placesOf(each as Json, [...place, key]));
  return [place, ...inner];
}

function changedAt(value: Json, [key, ...rest]: Place, what: JsonChange): Json {
  if (key === undefined) return applied(value, what);
  if (Array.isArray(value)) {
    const index = Number(key);
    if (what.do === 'remove' && rest.length === 0) return value.toSpliced(index, 1);
    return value.with(index, changedAt(value[index] as Json, rest, what));
  }
  const entries = Object.entries(value as { readonly [key: string]: Json });
  if (what.do === 'remove' && rest.length === 0) return fromEntries(entries.filter(([name]) => name !== key));
  return fromEntries(entries.map(([name, each]) => [name, name === key ? changedAt(each, rest, what) : each]));
}

function applied(value: Json, { do: what, key, value: odd }: JsonChange): Json {
  switch (what) {
    case 'replace':
    case 'remove':
      return odd;
    case 'wrap':
      return [value];
    case 'multiply':
      return Array.isArray(value) ? Array.from({ length: 60 }, () => value).flat() : many(value, 60);
    case 'add':
      return value !== null && typeof value === 'object' && !Array.isArray(value)
        ? fromEntries([...Object.entries(value), [key, odd]])
        : odd;
  }
}

/** Also with `__proto__` as a key of its own, as `JSON.parse` makes it. */
function fromEntries(entries: readonly (readonly [string, Json])[]): Json {
  const result: Record<string, Json> = Object.create(null);
  for (const [key, value] of entries)
    Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
  return result;
}

function deep(levels: number): Json {
  let value: Json = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

function many(value: Json, count: number): Json {
  return Array.from({ length: count }, () => value);
}
