import { Timestamp } from '@google-cloud/firestore';
import type { DocumentData, Value } from '../../ports/document-store.ts';

/**
 * A document's fields without what is `undefined`, at every depth. The client library could leave it out by itself,
 * but then it also leaves out maps in lists that are empty for it.
 */
export function toFirestore(fields: DocumentData): Record<string, Value> {
  const result: Record<string, Value> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) result[name] = toFirestoreValue(value);
  }
  return result;
}

function toFirestoreValue(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date || value instanceof Uint8Array) return value;
  return Array.isArray(value) ? value.map(toFirestoreValue) : toFirestore(value as DocumentData);
}

/** A document's fields as the client library gives them, as ours: timestamps as `Date`, bytes as `Uint8Array`. */
export function fromFirestore(fields: FirebaseFirestore.DocumentData): DocumentData {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, fromFirestoreValue(value)]));
}

function fromFirestoreValue(value: unknown): Value {
  if (typeof value !== 'object' || value === null) return value as Value;
  if (value instanceof Timestamp) return value.toDate();
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(fromFirestoreValue);
  return fromFirestore(value) as Value;
}

/** The opaque update time of a document: seconds and nanoseconds, so that nothing of it is lost. */
export function formatUpdateTime(time: Timestamp): string {
  return `${time.seconds}.${String(time.nanoseconds).padStart(9, '0')}`;
}

/** The instant `formatUpdateTime` wrote, or null for a text it cannot have written. */
export function parseUpdateTime(text: string): Timestamp | null {
  const match = /^(\d+)\.(\d{9})$/.exec(text);
  return match && new Timestamp(Number(match[1]), Number(match[2]));
}
