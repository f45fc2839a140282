import { InvalidInput } from '../../domain/errors.ts';
import type { Filter, Query, Value } from '../../ports/document-store.ts';
import { checkQuery, cursorValues, orderingOf } from '../firestore/query-rules.ts';
import { indexKey, typeRange } from './index-key.ts';
import type { QueryIndex } from './query-indexes.ts';
import { toStoredPath } from './stored-path.ts';

/** Part of a statement, with the values of its question marks. */
export interface Sql {
  readonly text: string;
  readonly values: readonly (string | number)[];
}

/**
 * What follows `FROM documents` to find a query's results in order.
 * @throws InvalidInput for a query Firestore would refuse.
 */
export function querySql(query: Query): Sql {
  checkQuery(query);
  const ordering = orderingOf(query);
  const columns = [...ordering.fields.map(keyOf), 'path'];
  const conditions = [
    source(query.from),
    ...(query.where ?? []).map(condition),
    ...ordering.fields.map((field) => ({ text: `${keyOf(field)} IS NOT NULL`, values: [] })),
  ];
  if (query.startAfter) {
    const cursor = [...cursorValues(ordering, query.startAfter).map(indexKey), toStoredPath(query.startAfter.path)];
    const compare = ordering.direction === 'asc' ? '>' : '<';
    conditions.push({
      text: `(${columns.join(', ')}) ${compare} (${columns.map(() => '?').join(', ')})`,
      values: cursor,
    });
  }
  const order = columns.map((column) => `${column} ${ordering.direction}`).join(', ');
  return {
    text: `WHERE ${conditions.map(({ text }) => text).join(' AND ')} ORDER BY ${order} LIMIT ?`,
    values: [...conditions.flatMap(({ values }) => values), query.limit ?? -1],
  };
}

/** The statement that makes an index. Its conditions are those `querySql` writes, so SQLite knows when it applies. */
export function indexSql({ group, scope, fields }: QueryIndex): string {
  const name = `${group} by ${scope === 'group' ? '' : 'collection, '}${fields.join(', ')}`;
  const columns = [...(scope === 'group' ? [] : ['collection']), ...fields.map(keyOf), 'path'];
  const present = fields.map((field) => ` AND ${keyOf(field)} IS NOT NULL`).join('');
  return `CREATE INDEX IF NOT EXISTS "${name}" ON documents (${columns.join(', ')}) WHERE "group" = ${literal(group)}${present}`;
}

/** The collection's name is written out, not bound: only so can SQLite see that an index for it applies. */
function source(from: Query['from']): Sql {
  if (typeof from !== 'string') return { text: `"group" = ${literal(from.group)}`, values: [] };
  const group = from.slice(from.lastIndexOf('/') + 1);
  return { text: `"group" = ${literal(group)} AND collection = ?`, values: [toStoredPath(from)] };
}

function condition({ field, op, value }: Filter): Sql {
  const key = keyOf(field);
  if (op === 'array-contains') {
    const elements = `json_each(keys, '$."${field}[]"')`;
    return { text: `EXISTS (SELECT 1 FROM ${elements} WHERE value = ?)`, values: [indexKey(value)] };
  }
  if (op === 'in') {
    const values = (value as readonly Value[]).map(indexKey);
    return { text: `${key} IN (${values.map(() => '?').join(', ')})`, values };
  }
  return comparison(key, op, indexKey(value));
}

function comparison(key: string, op: '==' | '<' | '<=' | '>' | '>=', value: string): Sql {
  const { first, end } = typeRange(value);
  switch (op) {
    case '==':
      return { text: `${key} = ?`, values: [value] };
    case '<':
    case '<=':
      return { text: `${key} >= ? AND ${key} ${op} ?`, values: [first, value] };
    case '>':
    case '>=':
      return { text: `${key} ${op} ? AND ${key} < ?`, values: [value, end] };
    default:
      throw new InvalidInput(`There is no filter ${String(op satisfies never)}.`);
  }
}

/** The key of a field, by a name that `checkQuery` found plain. */
function keyOf(field: string): string {
  return `keys ->> '$.${field}'`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
