import type { DocumentData, Query, StoredDocument } from '../../ports/document-store.ts';

/** Where the embedded store's documents lie. Everything is synchronous: nothing happens between two calls without an `await`. */
export interface DocumentRows {
  /** @throws InvalidInput for a path Firestore would refuse. */
  read(path: string): StoredDocument | null;
  /** @throws InvalidInput for a query Firestore would refuse. */
  select(query: Query): StoredDocument[];
  /** @throws as `select`. */
  count(query: Query): number;
  /** Makes or replaces a document. One that stays as it is keeps its version, as Firestore keeps its update time. */
  put(path: string, data: DocumentData, version: number): void;
  remove(path: string): void;
  /** Removes documents of the TTL collections that expired before `instant`, and says how many they were. */
  removeExpired(instant: Date): number;
  /** The number of the latest commit: unchanged as long as no document has changed. */
  latestCommit(): number;
  /** Takes the next commit's number; documents it writes have it as their version. */
  nextCommit(): number;
  /** Does everything in `work`, or, when it throws, nothing. */
  atomically<T>(work: () => T): T;
  close(): void;
}
