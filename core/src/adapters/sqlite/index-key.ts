import type { DocumentData, Value } from '../../ports/document-store.ts';

/**
 * Values as texts that sort, byte by byte, as Firestore sorts the values: null, booleans, NaN, numbers, timestamps,
 * strings, bytes, lists, maps (https://firebase.google.com/docs/firestore/manage-data/data-types#value_type_ordering).
 * The first letter is the type. So one comparison of texts in SQLite serves filters, order and indexes alike.
 */
const NULL = 'a';
const BOOLEAN = 'b';
const NOT_A_NUMBER = 'c';
const NUMBER = 'd';
const TIMESTAMP = 'e';
const STRING = 'f';
const BYTES = 'g';
const LIST = 'h';
const MAP = 'i';

/** Firestore too compares only the first 1,500 bytes of a long value. */
const MAX_LENGTH = 1_500;

/** Ends each part of a list's or map's key. It sorts before every character of a part: see `escapeLow`. */
const END = '\u0001';

/** The key of a value. Equal values have equal keys. */
export function indexKey(value: Value): string {
  const key = fullKey(value);
  return key.length <= MAX_LENGTH ? key : key.slice(0, MAX_LENGTH).toWellFormed();
}

/** Every key of the same type as `key` is at least `first`, and below `end`. */
export function typeRange(key: string): { readonly first: string; readonly end: string } {
  return { first: key.charAt(0), end: String.fromCharCode(key.charCodeAt(0) + 1) };
}

/**
 * The keys by which a document can be found: one for each field and, under the field's name with `[]`, those of a
 * list's elements. Fields whose names no query may use have none.
 */
export function indexKeys(data: DocumentData): Record<string, string | string[]> {
  const keys: Record<string, string | string[]> = {};
  for (const [field, value] of Object.entries(data)) {
    if (value === undefined || !/^\w+$/.test(field)) continue;
    keys[field] = indexKey(value);
    if (Array.isArray(value)) keys[`${field}[]`] = value.map(indexKey);
  }
  return keys;
}

function fullKey(value: Value): string {
  switch (typeof value) {
    case 'string':
      return STRING + escapeLow(value.slice(0, MAX_LENGTH));
    case 'number':
      return Number.isNaN(value) ? NOT_A_NUMBER : NUMBER + sortableNumber(value);
    case 'boolean':
      return BOOLEAN + Number(value);
    default:
      return objectKey(value);
  }
}

function objectKey(value: Exclude<Value, string | number | boolean>): string {
  if (value === null) return NULL;
  if (value instanceof Date) return TIMESTAMP + sortableNumber(value.getTime());
  if (value instanceof Uint8Array) return BYTES + Buffer.from(value.subarray(0, MAX_LENGTH)).toString('hex');
  if (Array.isArray(value)) return LIST + value.map((each) => fullKey(each) + END).join('');
  const fields = Object.entries(value as DocumentData).filter(
    (field): field is [string, Value] => field[1] !== undefined,
  );
  const parts = fields.map(([name, each]) => escapeLow(name) + END + fullKey(each) + END);
  return MAP + parts.sort(compareCodePoints).join('');
}

/** The 64 bits of a double in hexadecimal, turned so that they sort as the numbers do. */
function sortableNumber(value: number): string {
  const bits = Buffer.alloc(8);
  bits.writeDoubleBE(value + 0);
  if (bits.readUInt8(0) & 0x80) for (const [index, byte] of bits.entries()) bits[index] = byte ^ 0xff;
  else bits.writeUInt8(bits.readUInt8(0) ^ 0x80, 0);
  return bits.toString('hex');
}

/** Frees `END` for its purpose, and NUL, which SQLite's JSON cannot carry, without changing the order. */
function escapeLow(text: string): string {
  return text
    .replaceAll('\u0002', '\u0002\u0005')
    .replaceAll('\u0001', '\u0002\u0004')
    .replaceAll('\u0000', '\u0002\u0003');
}

function compareCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
