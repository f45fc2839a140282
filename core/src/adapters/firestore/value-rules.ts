import { InvalidInput } from '../../domain/errors.ts';
import type { DocumentData, Value } from '../../ports/document-store.ts';
import { isReserved } from './path-rules.ts';

/** What a value costs: its stored size, and the entries it makes in the automatic indexes. */
export interface Cost {
  readonly bytes: number;
  readonly indexEntries: number;
}

/** https://firebase.google.com/docs/firestore/quotas, "Collections, documents, and fields". */
const MAX_VALUE_BYTES = 1_048_487;
const MAX_FIELD_NAME_BYTES = 1_500;
const MAX_DEPTH = 20;

/** Firestore's timestamps run from the year 1 to the year 9999. */
const FIRST_INSTANT = Date.parse('0001-01-01T00:00:00Z');
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z');

/** An ascending and a descending entry. */
const ENTRIES_PER_VALUE = 2;
const FREE: Cost = { bytes: 0, indexEntries: 0 };

/**
 * Checks that every field can be stored, and adds up what they cost as
 * https://firebase.google.com/docs/firestore/storage-size counts it. `undefined` fields cost nothing.
 * @throws InvalidInput naming the offending field.
 */
export function costOfFields(fields: DocumentData): Cost {
  return costOfMap(fields, '', 0);
}

/**
 * Checks that `value` could be stored in a field, or compared with one.
 * @throws InvalidInput naming `place`.
 */
export function costOfValue(value: Value, place: string): Cost {
  return costAt(value, place, 1);
}

function costAt(value: Value, place: string, depth: number): Cost {
  switch (typeof value) {
    case 'string':
      return { bytes: checkLength(stringBytes(value, place) - 1, place) + 1, indexEntries: ENTRIES_PER_VALUE };
    case 'number':
      return { bytes: 8, indexEntries: ENTRIES_PER_VALUE };
    case 'boolean':
      return { bytes: 1, indexEntries: ENTRIES_PER_VALUE };
    case 'object':
      return costOfObject(value, place, depth);
    default:
      throw refusal(place, `cannot be stored: it is a ${typeof value}`);
  }
}

function costOfObject(value: Exclude<Value, string | number | boolean>, place: string, depth: number): Cost {
  if (value === null) return { bytes: 1, indexEntries: ENTRIES_PER_VALUE };
  if (value instanceof Date) return { bytes: timestampBytes(value, place), indexEntries: ENTRIES_PER_VALUE };
  if (value instanceof Uint8Array) {
    return { bytes: checkLength(value.byteLength, place), indexEntries: ENTRIES_PER_VALUE };
  }
  if (depth > MAX_DEPTH) throw refusal(place, `lies deeper than ${MAX_DEPTH} levels`);
  if (isList(value)) return costOfList(value, place, depth);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw refusal(place, 'is not a plain object');
  return costOfMap(value, `${place}.`, depth);
}

function costOfList(values: readonly Value[], place: string, depth: number): Cost {
  let bytes = 0;
  for (const [index, value] of values.entries()) {
    if (Array.isArray(value)) throw refusal(`${place}.${index}`, 'is a list directly in a list');
    bytes += costAt(value, `${place}.${index}`, depth + 1).bytes;
  }
  return { bytes, indexEntries: values.length };
}

function costOfMap(fields: DocumentData, prefix: string, depth: number): Cost {
  const total = { ...FREE };
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const place = `${prefix}${name}`;
    const cost = costAt(value, place, depth + 1);
    total.bytes += fieldNameBytes(name, place) + cost.bytes;
    total.indexEntries += cost.indexEntries;
  }
  return total;
}

function checkLength(bytes: number, place: string): number {
  if (bytes > MAX_VALUE_BYTES) throw refusal(place, `exceeds ${MAX_VALUE_BYTES} bytes`);
  return bytes;
}

function stringBytes(value: string, place: string): number {
  if (!value.isWellFormed()) throw refusal(place, 'has half of a surrogate pair, which UTF-8 cannot hold');
  return Buffer.byteLength(value) + 1;
}

function timestampBytes(value: Date, place: string): number {
  const instant = value.getTime();
  if (instant >= FIRST_INSTANT && instant <= LAST_INSTANT) return 8;
  throw refusal(place, 'is no instant between the years 1 and 9999');
}

function fieldNameBytes(name: string, place: string): number {
  const bytes = stringBytes(name, place);
  if (name === '') throw refusal(place, 'has no name');
  if (isReserved(name)) throw refusal(place, 'has a reserved name (__…__)');
  if (bytes > MAX_FIELD_NAME_BYTES) throw refusal(place, `has a name of more than ${MAX_FIELD_NAME_BYTES} bytes`);
  return bytes;
}

/** `Array.isArray` does not narrow read-only lists. */
function isList(value: object): value is readonly Value[] {
  return Array.isArray(value);
}

function refusal(place: string, why: string): InvalidInput {
  return new InvalidInput(`The field ${place} ${why}.`, { paths: [place] });
}
