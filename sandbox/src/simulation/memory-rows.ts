import { checkDocumentPath, collectionOf, lastSegment } from '@dovetail/core/adapters/firestore/path-rules.ts';
import { checkQuery, cursorValues, orderingOf } from '@dovetail/core/adapters/firestore/query-rules.ts';
import type { DocumentRows } from '@dovetail/core/adapters/sqlite/document-rows.ts';
import { indexKey, typeRange } from '@dovetail/core/adapters/sqlite/index-key.ts';
import { TTL_FIELD, TTL_GROUPS } from '@dovetail/core/adapters/sqlite/query-indexes.ts';
import { toStoredPath } from '@dovetail/core/adapters/sqlite/stored-path.ts';
import type { DocumentData, Filter, Query, StoredDocument, Value } from '@dovetail/core/ports/document-store.ts';
import { compareBytes, copyOfFields, isSame } from './stored-values.ts';

/** A document with what it is found and sorted by. */
interface Row {
  readonly document: StoredDocument;
  readonly storedPath: string;
  /** Index keys of its fields, each made when it is first asked for. */
  readonly keys: Map<string, string>;
}

type Rows = Map<string, Row>;

/**
 * The embedded store's documents in plain maps, for many short lives of few documents: no query looks further than its
 * collection's documents, and none of them is written out as text.
 */
export class MemoryRows implements DocumentRows {
  /** Documents by their collections' paths. */
  readonly #collections = new Map<string, Rows>();
  /** Paths of collections by their names. */
  readonly #groups = new Map<string, string[]>();
  #latest = 0;
  readonly #onPut: (path: string, before: DocumentData | undefined, after: DocumentData) => void;
  /** What takes the present work back, latest last; undefined when there is none. */
  #undo: (() => void)[] | undefined;

  /** @param onPut told of each document that changes. */
  constructor(onPut: (path: string, before: DocumentData | undefined, after: DocumentData) => void = () => undefined) {
    this.#onPut = onPut;
  }

  read(path: string): StoredDocument | null {
    checkDocumentPath(path);
    const row = this.#collections.get(collectionOf(path))?.get(path);
    return row ? documentOf(row) : null;
  }

  select(query: Query): StoredDocument[] {
    checkQuery(query);
    const ordering = orderingOf(query);
    const sign = ordering.direction === 'asc' ? 1 : -1;
    const filters = (query.where ?? []).map(testOf);
    const found = this.#rowsOf(query.from).filter(
      (row) =>
        filters.every((holds) => holds(row)) && ordering.fields.every((field) => keyOf(row, field) !== undefined),
    );
    const placeOf = (row: Row) => [...ordering.fields.map((field) => keyOf(row, field) ?? ''), row.storedPath];
    const after = query.startAfter && [
      ...cursorValues(ordering, query.startAfter).map(indexKey),
      toStoredPath(query.startAfter.path),
    ];
    const places = found.map((row) => ({ row, place: placeOf(row) }));
    const left = after ? places.filter(({ place }) => sign * comparePlaces(place, after) > 0) : places;
    left.sort((a, b) => sign * comparePlaces(a.place, b.place));
    return left.slice(0, query.limit).map(({ row }) => documentOf(row));
  }

  count(query: Query): number {
    return this.select(query).length;
  }

  put(path: string, data: DocumentData, version: number): void {
    const before = this.#collections.get(collectionOf(path))?.get(path);
    const copy = copyOfFields(data);
    if (before && isSame(before.document.data, copy)) return;
    this.#onPut(path, before?.document.data, copy);
    const document = { path, id: lastSegment(path), data: copy, updateTime: String(version) };
    this.#replace(path, { document, storedPath: toStoredPath(path), keys: new Map() });
  }

  remove(path: string): void {
    this.#replace(path, undefined);
  }

  removeExpired(instant: Date): number {
    const rows = TTL_GROUPS.flatMap((group) => this.#rowsOf({ group }));
    const expired = rows.map(({ document }) => document).filter(({ data }) => expiresBefore(data[TTL_FIELD], instant));
    for (const { path } of expired) this.remove(path);
    return expired.length;
  }

  latestCommit(): number {
    return this.#latest;
  }

  nextCommit(): number {
    return ++this.#latest;
  }

  atomically<T>(work: () => T): T {
    const latest = this.#latest;
    const undo: (() => void)[] = [];
    this.#undo = undo;
    try {
      return work();
    } catch (error) {
      for (const takeBack of undo.reverse()) takeBack();
      this.#latest = latest;
      throw error;
    } finally {
      this.#undo = undefined;
    }
  }

  close(): void {
    this.#collections.clear();
    this.#groups.clear();
  }

  #replace(path: string, row: Row | undefined): void {
    const rows = this.#collection(collectionOf(path));
    const before = rows.get(path);
    this.#undo?.push(() => setOrDelete(rows, path, before));
    setOrDelete(rows, path, row);
  }

  #collection(path: string): Rows {
    const known = this.#collections.get(path);
    if (known) return known;
    const made: Rows = new Map();
    this.#collections.set(path, made);
    this.#groups.set(lastSegment(path), [...(this.#groups.get(lastSegment(path)) ?? []), path]);
    return made;
  }

  #rowsOf(from: Query['from']): Row[] {
    const paths = typeof from === 'string' ? [from] : (this.#groups.get(from.group) ?? []);
    return paths.flatMap((path) => [...(this.#collections.get(path)?.values() ?? [])]);
  }
}

function setOrDelete(rows: Rows, path: string, row: Row | undefined): void {
  if (row) rows.set(path, row);
  else rows.delete(path);
}

/** The document for a reader, who may do with it what he likes. */
function documentOf({ document }: Row): StoredDocument {
  return { ...document, data: copyOfFields(document.data) };
}

/** Undefined when the document has no such field. */
function keyOf(row: Row, field: string): string | undefined {
  const known = row.keys.get(field);
  const value = row.document.data[field];
  if (known !== undefined || value === undefined) return known;
  const key = indexKey(value);
  row.keys.set(field, key);
  return key;
}

function testOf({ field, op, value }: Filter): (row: Row) => boolean {
  if (op === 'array-contains') {
    const wanted = indexKey(value);
    return ({ document: { data } }) => {
      const list = data[field];
      return Array.isArray(list) && list.some((each: Value) => indexKey(each) === wanted);
    };
  }
  const wanted = new Set((op === 'in' ? (value as readonly Value[]) : [value]).map(indexKey));
  if (op === 'in' || op === '==') return (row) => wanted.has(keyOf(row, field) ?? '');
  const key = indexKey(value);
  const { first, end } = typeRange(key);
  return (row) => {
    const own = keyOf(row, field);
    if (own === undefined || own < first || own >= end) return false;
    const compared = compareBytes(own, key);
    return compared === 0 ? op.endsWith('=') : op.startsWith('<') === compared < 0;
  };
}

function comparePlaces(a: readonly string[], b: readonly string[]): number {
  for (const [index, part] of a.entries()) {
    const compared = compareBytes(part, b[index] ?? '');
    if (compared !== 0) return compared;
  }
  return 0;
}

function expiresBefore(expiry: Value | undefined, instant: Date): boolean {
  return expiry instanceof Date && expiry < instant;
}
