import { InvalidInput } from '../../domain/errors.ts';
import type { Filter, Query, Value } from '../../ports/document-store.ts';
import {
  checkCollectionPath,
  checkDocumentPath,
  checkId,
  collectionOf,
  isReserved,
  lastSegment,
} from './path-rules.ts';
import { costOfValue } from './value-rules.ts';

/** The order of a query's results: by `fields`, then by path, all in one direction. */
export interface Ordering {
  readonly fields: readonly string[];
  readonly direction: 'asc' | 'desc';
}

/** https://firebase.google.com/docs/firestore/query-data/queries#limits_on_or_queries */
const MAX_DISJUNCTIONS = 30;

/**
 * Checks what Firestore would refuse of a query, before it is sent: the client retries some refusals for seconds.
 * It is stricter in two places where Firestore's answers surprise: field names are plain words, and null and NaN
 * can only be asked for with `==`.
 * @throws InvalidInput
 */
export function checkQuery(query: Query): void {
  if (typeof query.from === 'string') checkCollectionPath(query.from);
  else checkId(query.from.group);
  for (const filter of query.where ?? []) checkFilter(filter);
  checkCombination(query.where ?? []);
  if (query.orderBy) checkFieldName(query.orderBy.field);
  if (query.limit !== undefined && !(Number.isInteger(query.limit) && query.limit > 0)) {
    throw new InvalidInput('The limit of a query is a whole number above 0.');
  }
  if (query.startAfter) checkCursor(query, query.startAfter.path);
}

/**
 * The order Firestore gives a query's results: the field asked for, then every other field with a range filter by
 * name, then the path, all in the direction of the field asked for.
 */
export function orderingOf(query: Query): Ordering {
  const ranges = (query.where ?? []).filter(isRange).map((filter) => filter.field);
  const first = query.orderBy ? [query.orderBy.field] : [];
  return {
    fields: [...new Set([...first, ...ranges.sort()])],
    direction: query.orderBy?.direction ?? 'asc',
  };
}

/**
 * Where in its order a query with `startAfter` continues: that document's values of the ordering's fields.
 * @throws InvalidInput when it lacks one, so that it can never have been a result.
 */
export function cursorValues(ordering: Ordering, startAfter: NonNullable<Query['startAfter']>): Value[] {
  return ordering.fields.map((field) => {
    const value = startAfter.data[field];
    if (value === undefined) throw new InvalidInput(`The document to start after has no field ${field}.`);
    return value;
  });
}

function checkFilter({ field, op, value }: Filter): void {
  checkFieldName(field);
  const values = op === 'in' ? listOf(field, value) : [value];
  for (const each of values) costOfValue(each, field);
  if (op !== '==' && values.some((each) => each === null || Number.isNaN(each))) {
    throw new InvalidInput(`Null and NaN can only be found with ==, not with ${op}.`, { paths: [field] });
  }
  if (op === 'array-contains' && Array.isArray(value)) {
    throw new InvalidInput('A list holds no lists.', { paths: [field] });
  }
}

function listOf(field: string, value: Value): readonly Value[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new InvalidInput('The filter "in" takes a list that is not empty.', { paths: [field] });
  }
  return value;
}

function checkCombination(filters: readonly Filter[]): void {
  const alternatives = filters
    .filter((filter) => filter.op === 'in')
    .reduce((product, filter) => product * new Set(filter.value as readonly Value[]).size, 1);
  if (alternatives > MAX_DISJUNCTIONS) {
    throw new InvalidInput(`A query has at most ${MAX_DISJUNCTIONS} alternatives, this one ${alternatives}.`);
  }
  if (filters.filter((filter) => filter.op === 'array-contains').length > 1) {
    throw new InvalidInput('A query has at most one "array-contains".');
  }
}

/** Firestore reads a dot in a field's name as a path into a map, so only plain names can be asked for. */
function checkFieldName(field: string): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(field) || isReserved(field)) {
    throw new InvalidInput('A query names fields of letters, digits and underscores only.', { paths: [field] });
  }
}

function checkCursor(query: Query, path: string): void {
  checkDocumentPath(path);
  const collection = collectionOf(path);
  const expected =
    typeof query.from === 'string' ? query.from === collection : query.from.group === lastSegment(collection);
  if (!expected) throw new InvalidInput('The document to start after lies in another collection.');
}

function isRange(filter: Filter): boolean {
  return filter.op === '<' || filter.op === '<=' || filter.op === '>' || filter.op === '>=';
}
