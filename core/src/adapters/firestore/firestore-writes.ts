import { FieldPath, FieldValue, type Firestore, type Timestamp } from '@google-cloud/firestore';
import { PreconditionFailed } from '../../domain/errors.ts';
import type { Changes, Write } from '../../ports/document-store.ts';
import { parseUpdateTime, toFirestore } from './firestore-values.ts';
import { splitChanges } from './write-rules.ts';

/** What a batch and a transaction of the client library have in common. */
type Target = FirebaseFirestore.WriteBatch | FirebaseFirestore.Transaction;

/** Adds `writes` to a batch or a transaction, in order. */
export function addWrites(firestore: Firestore, target: Target, writes: readonly Write[]): void {
  for (const write of writes) addWrite(firestore, target as FirebaseFirestore.WriteBatch, write);
}

function addWrite(firestore: Firestore, target: FirebaseFirestore.WriteBatch, write: Write): void {
  const document = firestore.doc(write.path);
  switch (write.type) {
    case 'create':
      target.create(document, toFirestore(write.data));
      break;
    case 'set':
      target.set(document, toFirestore(write.data));
      break;
    case 'merge': {
      const fields = fieldValues(write.data);
      const mergeFields = fields.map(([name]) => new FieldPath(name));
      target.set(document, Object.fromEntries(fields), { mergeFields });
      break;
    }
    case 'update': {
      const [[name, value], ...rest] = fieldValues(write.data) as [[string, unknown], ...[string, unknown][]];
      const others = rest.flatMap(([each, eachValue]) => [new FieldPath(each), eachValue]);
      target.update(document, new FieldPath(name), value, ...others, ...precondition(write.ifUpdateTime));
      break;
    }
    case 'delete':
      target.delete(document, ...precondition(write.ifUpdateTime));
      break;
  }
}

function fieldValues(changes: Changes): [string, unknown][] {
  const { set, remove } = splitChanges(changes);
  return [
    ...Object.entries(toFirestore(set)),
    ...remove.map((field): [string, unknown] => [field, FieldValue.delete()]),
  ];
}

function precondition(ifUpdateTime: string | undefined): [{ lastUpdateTime: Timestamp }] | [] {
  if (ifUpdateTime === undefined) return [];
  const lastUpdateTime = parseUpdateTime(ifUpdateTime);
  if (!lastUpdateTime) throw new PreconditionFailed('The update time is not one this store gave out.');
  return [{ lastUpdateTime }];
}
