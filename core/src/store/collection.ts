import { InvalidInput } from '../domain/errors.ts';
import {
  type Changes,
  DELETE_FIELD,
  type DocumentData,
  type DocumentStore,
  type Filter,
  type Query,
  type StoredDocument,
  type Value,
  type Write,
} from '../ports/document-store.ts';
import type { SealedValue, Sealer } from './sealed.ts';
import { tenantPath } from './tenant-path.ts';

/** Where documents are read from: the store itself, or a transaction. */
export type Reader = Pick<DocumentStore, 'get' | 'getAll' | 'query'>;

/** A value with the mark of the write it was read from, for conditional writes. */
export interface Versioned<T> {
  readonly value: T;
  readonly updateTime: string;
}

/** Part of a value; a field that is present but `undefined` is removed. */
export type PartOf<T> = { readonly [K in keyof T]?: T[K] | undefined };

export interface CollectionQuery {
  readonly where?: readonly Filter[];
  readonly orderBy?: NonNullable<Query['orderBy']>;
  readonly limit?: number;
  /** Id of the document to continue after. */
  readonly after?: string;
}

/** What makes one collection different from another. */
export interface CollectionSpec<T, S extends keyof T> {
  readonly name: string;
  /** Fields that hold guest data or secrets; they are stored in one sealed value and cannot be queried. */
  readonly sealed?: readonly S[];
  /** Documents vanish this many days after they were last written whole. */
  readonly ttlDays?: number;
  /** Values of fields that a partly written document may lack. */
  readonly defaults?: Partial<T>;
}

const DAY_MS = 86_400_000;

/** A document of some tenant; `document` is what a query may start after. */
export interface FoundAmongTenants<T> {
  readonly tenantId: string;
  readonly value: T;
  readonly document: StoredDocument;
}

/**
 * A typed collection below a tenant. Every method takes the tenant first: there is no way to name a document without
 * saying whose it is. Writes are returned, not done, so that the caller decides what is written together.
 */
export class Collection<T extends { readonly id: string }, S extends keyof T = never> {
  readonly #spec: CollectionSpec<T, S>;
  readonly #sealer: Sealer;

  constructor(spec: CollectionSpec<T, S>, sealer: Sealer) {
    this.#spec = spec;
    this.#sealer = sealer;
  }

  path(tenantId: string, id: string): string {
    return tenantPath(tenantId, this.#spec.name, id);
  }

  collectionPath(tenantId: string): string {
    return tenantPath(tenantId, this.#spec.name);
  }

  async get(reader: Reader, tenantId: string, id: string): Promise<T | null> {
    const document = await reader.get(this.path(tenantId, id));
    return document && this.decode(document);
  }

  async getVersioned(reader: Reader, tenantId: string, id: string): Promise<Versioned<T> | null> {
    const document = await reader.get(this.path(tenantId, id));
    return document && { value: this.decode(document), updateTime: document.updateTime };
  }

  /** In the order of `ids`, null where there is none. */
  async getMany(reader: Reader, tenantId: string, ids: readonly string[]): Promise<(T | null)[]> {
    if (ids.length === 0) return [];
    const documents = await reader.getAll(ids.map((id) => this.path(tenantId, id)));
    return documents.map((document) => document && this.decode(document));
  }

  /** @throws InvalidInput when the document to continue after is gone: starting over would repeat the pages before. */
  async query(reader: Reader, tenantId: string, query: CollectionQuery = {}): Promise<T[]> {
    const { after, ...rest } = query;
    const start = after === undefined ? null : await reader.get(this.path(tenantId, after));
    if (after !== undefined && !start) throw new InvalidInput('the document to continue after is gone');
    const documents = await reader.query({
      from: this.collectionPath(tenantId),
      ...rest,
      ...(start && { startAfter: start }),
    });
    return documents.map((document) => this.decode(document));
  }

  /** Every document of the query, page by page, so that memory does not grow with it. */
  async *each(
    reader: Reader,
    tenantId: string,
    query: Omit<CollectionQuery, 'limit' | 'after'> = {},
  ): AsyncGenerator<T[]> {
    const limit = 300;
    let startAfter: StoredDocument | undefined;
    do {
      const documents: StoredDocument[] = await reader.query({
        from: this.collectionPath(tenantId),
        ...query,
        limit,
        ...(startAfter && { startAfter }),
      });
      if (documents.length > 0) yield documents.map((document) => this.decode(document));
      startAfter = documents.length === limit ? documents.at(-1) : undefined;
    } while (startAfter);
  }

  /** Documents of this collection under every tenant. */
  async queryAllTenants(reader: Reader, query: Omit<Query, 'from'>): Promise<FoundAmongTenants<T>[]> {
    const documents = await reader.query({ from: { group: this.#spec.name }, ...query });
    return documents.map((document) => ({
      tenantId: document.path.split('/')[1] as string,
      value: this.decode(document),
      document,
    }));
  }

  create(tenantId: string, value: T, now?: number): Write {
    const path = this.path(tenantId, value.id);
    return { type: 'create', path, data: this.#encode(path, value, now) };
  }

  set(tenantId: string, value: T, now?: number): Write {
    const path = this.path(tenantId, value.id);
    return { type: 'set', path, data: this.#encode(path, value, now) };
  }

  /** Changes an existing document, if it is still at `ifUpdateTime` when that is given. Sealed fields need `set`. */
  update(tenantId: string, id: string, part: PartOf<Omit<T, S | 'id'>>, ifUpdateTime?: string): Write {
    const path = this.path(tenantId, id);
    return { type: 'update', path, data: toChanges(part), ...(ifUpdateTime !== undefined && { ifUpdateTime }) };
  }

  /** As `update`, but makes the document when there is none. */
  merge(tenantId: string, id: string, part: PartOf<Omit<T, S | 'id'>>): Write {
    return { type: 'merge', path: this.path(tenantId, id), data: toChanges(part) };
  }

  delete(tenantId: string, id: string): Write {
    return { type: 'delete', path: this.path(tenantId, id) };
  }

  decode(document: StoredDocument): T {
    const { sealed, expireAt: _, ...plain } = document.data;
    const opened = sealed === undefined ? {} : this.#sealer.open<Partial<T>>(sealed as SealedValue, document.path);
    return { ...this.#spec.defaults, ...plain, ...opened, id: document.id } as unknown as T;
  }

  #encode(path: string, value: T, now: number | undefined): DocumentData {
    const { id: _, ...fields } = value;
    const data: Record<string, Value | undefined> = { ...(fields as unknown as DocumentData) };
    const secret: Partial<Record<keyof T, unknown>> = {};
    for (const field of this.#spec.sealed ?? []) {
      if (value[field] !== undefined) secret[field] = value[field];
      delete data[field as string];
    }
    if (Object.keys(secret).length > 0) data.sealed = this.#sealer.seal(secret, path);
    if (this.#spec.ttlDays !== undefined && now !== undefined) {
      data.expireAt = new Date(now + this.#spec.ttlDays * DAY_MS);
    }
    return data;
  }
}

/** The changes that make a document say `part`; a field that is there but undefined is removed. */
export function toChanges(part: object): Changes {
  return Object.fromEntries(
    Object.entries(part).map(([field, value]) => [field, value === undefined ? DELETE_FIELD : (value as Value)]),
  );
}
