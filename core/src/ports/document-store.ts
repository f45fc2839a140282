/**
 * Firestore's model, cut to what Dovetail uses. Documents lie at paths of alternating collection and document ids
 * (`tenants/loft/events/abc`). Two adapters keep the promises below, and one contract suite holds both to them.
 */
export interface DocumentStore {
  /** The document, or null when there is none. */
  get(path: string): Promise<StoredDocument | null>;
  /** As `get`, in the order of `paths`, in one round trip. */
  getAll(paths: readonly string[]): Promise<(StoredDocument | null)[]>;
  query(query: Query): Promise<StoredDocument[]>;
  /** How many documents a query would return, without returning them. */
  count(query: Query): Promise<number>;
  /**
   * Applies every write or none.
   * @throws AlreadyExists, NotFound or PreconditionFailed when a write's condition does not hold; InvalidInput when a
   * document exceeds 1 MiB, a commit 10 MiB, or a document 40,000 index entries; TemporarilyUnavailable.
   */
  commit(writes: readonly Write[]): Promise<void>;
  /**
   * Runs `body` with reads that nobody changes before its writes are applied, all of them or none. `body` may run
   * several times, so it must have no effect but its writes; it must read before it writes; it must call nothing remote.
   * Errors thrown by `body` abort the transaction and come through unchanged.
   * @throws as `commit`; Contended, which is a TemporarilyUnavailable, when others kept changing what was read.
   */
  transact<T>(body: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** Waits for what is under way. Whoever asks for more from then on is refused with TemporarilyUnavailable. */
  close(): Promise<void>;
}

/** Reads and writes that succeed or fail together. Writes are buffered until `body` returns. */
export interface Transaction {
  get(path: string): Promise<StoredDocument | null>;
  getAll(paths: readonly string[]): Promise<(StoredDocument | null)[]>;
  query(query: Query): Promise<StoredDocument[]>;
  write(...writes: readonly Write[]): void;
}

export interface StoredDocument {
  readonly path: string;
  /** The last segment of the path. */
  readonly id: string;
  readonly data: DocumentData;
  /** Opaque; changes with every write that changes the document. */
  readonly updateTime: string;
}

/** A field's value. `undefined` fields are not stored. `Date` is a timestamp (milliseconds kept), for TTL fields. */
export type Value =
  | string
  | number
  | boolean
  | null
  | Date
  | Uint8Array
  | readonly Value[]
  | { readonly [field: string]: Value | undefined };
export type DocumentData = { readonly [field: string]: Value | undefined };

/** In an `update` or a merging `set`: remove this field. */
export const DELETE_FIELD: unique symbol = Symbol('delete field');
export type Changes = { readonly [field: string]: Value | undefined | typeof DELETE_FIELD };

export type Write =
  /** Fails with AlreadyExists when there is a document. */
  | { readonly type: 'create'; readonly path: string; readonly data: DocumentData }
  /** Replaces the document, or makes it. */
  | { readonly type: 'set'; readonly path: string; readonly data: DocumentData }
  /** Replaces the named top-level fields, making the document when there is none. */
  | { readonly type: 'merge'; readonly path: string; readonly data: Changes }
  /**
   * Replaces the named top-level fields, at least one, of an existing document; NotFound when there is none,
   * PreconditionFailed when `ifUpdateTime` is given and not its current one, or there is none.
   */
  | { readonly type: 'update'; readonly path: string; readonly data: Changes; readonly ifUpdateTime?: string }
  /** Done also when there is no document, unless `ifUpdateTime` asks for one. */
  | { readonly type: 'delete'; readonly path: string; readonly ifUpdateTime?: string };

export interface Query {
  /** A collection's path, or every collection of that name wherever it lies. */
  readonly from: string | { readonly group: string };
  /** Top-level fields only. All must hold. A document without the field matches nothing. */
  readonly where?: readonly Filter[];
  /**
   * Without it, results are ordered by the field of a range filter if there is one. Equal ones are ordered by path, in
   * the same direction. A document without the field is left out.
   */
  readonly orderBy?: { readonly field: string; readonly direction?: 'asc' | 'desc' };
  readonly limit?: number;
  /** Continue after this document of an earlier page of the same query. */
  readonly startAfter?: StoredDocument;
}

export interface Filter {
  readonly field: string;
  readonly op: '==' | '<' | '<=' | '>' | '>=' | 'in' | 'array-contains';
  readonly value: Value;
}
