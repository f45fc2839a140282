import { FieldPath, type Firestore } from '@google-cloud/firestore';
import type { Query } from '../../ports/document-store.ts';
import { checkQuery, cursorValues, orderingOf } from './query-rules.ts';

/**
 * Our query in the client library's words.
 * @throws InvalidInput for a query Firestore would refuse.
 */
export function toFirestoreQuery(firestore: Firestore, query: Query): FirebaseFirestore.Query {
  checkQuery(query);
  const ordering = orderingOf(query);
  let result: FirebaseFirestore.Query =
    typeof query.from === 'string' ? firestore.collection(query.from) : firestore.collectionGroup(query.from.group);
  for (const { field, op, value } of query.where ?? []) result = result.where(field, op, value);
  for (const field of ordering.fields) result = result.orderBy(field, ordering.direction);
  result = result.orderBy(FieldPath.documentId(), ordering.direction);
  if (query.startAfter) {
    const values = cursorValues(ordering, query.startAfter);
    result = result.startAfter(...values, firestore.doc(query.startAfter.path));
  }
  return query.limit === undefined ? result : result.limit(query.limit);
}
