import type { StoredDocument } from '../../ports/document-store.ts';
import { formatUpdateTime, fromFirestore } from './firestore-values.ts';

/** The document a query found. */
export function foundDocument(snapshot: FirebaseFirestore.QueryDocumentSnapshot): StoredDocument {
  return {
    path: snapshot.ref.path,
    id: snapshot.id,
    data: fromFirestore(snapshot.data()),
    updateTime: formatUpdateTime(snapshot.updateTime),
  };
}

/** The document that was asked for by path, or null when there is none. */
export function documentOrNull(snapshot: FirebaseFirestore.DocumentSnapshot): StoredDocument | null {
  return snapshot.exists ? foundDocument(snapshot as FirebaseFirestore.QueryDocumentSnapshot) : null;
}
