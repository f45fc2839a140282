import type { DocumentData, Value } from '@dovetail/core/ports/document-store.ts';

/** A document's fields as a store gives them back: sorted, without `undefined` ones, and the reader's own. */
export function copyOfFields(fields: DocumentData): DocumentData {
  const copy: Record<string, Value> = {};
  for (const name of Object.keys(fields).sort()) {
    const value = fields[name];
    if (value !== undefined) copy[name] = copyOf(value);
  }
  return copy;
}

/** Whether two values that `copyOfFields` made are the same: 0 is not -0, and NaN is itself. */
export function isSame(a: Value | undefined, b: Value | undefined): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Date || b instanceof Date) {
    return a instanceof Date && b instanceof Date && a.getTime() === b.getTime();
  }
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  }
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [ours, theirs] = [a as DocumentData, b as DocumentData];
  const names = Object.keys(ours);
  return names.length === Object.keys(theirs).length && names.every((name) => isSame(ours[name], theirs[name]));
}

/** The order of two texts by their bytes in UTF-8, which is the order of their code points. */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const [one, other] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (one !== other) return rankOf(one) - rankOf(other);
  }
  return a.length - b.length;
}

/** Halves of a surrogate pair stand for code points above all that one unit can say. */
function rankOf(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function copyOf(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return new Date(value);
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(copyOf);
  return copyOfFields(value as DocumentData);
}
