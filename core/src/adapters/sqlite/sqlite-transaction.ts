import { InvalidInput, TemporarilyUnavailable } from '../../domain/errors.ts';
import type { Query, StoredDocument, Transaction, Write } from '../../ports/document-store.ts';
import type { DocumentRows } from './document-rows.ts';
import { translated } from './translate-sqlite-error.ts';

/** One attempt of a transaction: remembers what was read, and keeps what is to be written. */
export class SqliteTransaction implements Transaction {
  readonly #table: DocumentRows;
  readonly #firstCommit: number;
  readonly #writes: Write[] = [];
  /** What the body has read, each as a question that can be asked again. */
  readonly #reads: { readonly again: () => readonly (StoredDocument | null)[]; readonly seen: string }[] = [];
  #idle: NodeJS.Timeout | undefined;
  #expired = false;

  constructor(table: DocumentRows) {
    this.#table = table;
    this.#firstCommit = table.latestCommit();
  }

  /** What the body wants written, in order. */
  get writes(): readonly Write[] {
    return this.#writes;
  }

  /** Whether the body was given up because it did nothing for too long. */
  get expired(): boolean {
    return this.#expired;
  }

  /**
   * Runs `body`, giving it up once it has neither read nor written for `idleMs`.
   * @throws TemporarilyUnavailable when it was given up; else whatever the body throws.
   */
  async run<T>(body: (transaction: Transaction) => Promise<T>, idleMs: number): Promise<T> {
    const idle = new Promise<never>((_, reject) => {
      this.#idle = setTimeout(() => {
        this.#expired = true;
        reject(new TemporarilyUnavailable(`A transaction was idle for ${idleMs} ms.`));
      }, idleMs);
    });
    try {
      return await Promise.race([body(this), idle]);
    } finally {
      clearTimeout(this.#idle);
    }
  }

  /** Whether everything the body has read would be read the same now. */
  readsHold(): boolean {
    if (this.#table.latestCommit() === this.#firstCommit) return true;
    return this.#reads.every(({ again, seen }) => versions(again()) === seen);
  }

  async get(path: string): Promise<StoredDocument | null> {
    const [document] = await this.getAll([path]);
    return document ?? null;
  }

  async getAll(paths: readonly string[]): Promise<(StoredDocument | null)[]> {
    return this.#read(() => paths.map((path) => this.#table.read(path)));
  }

  async query(query: Query): Promise<StoredDocument[]> {
    return this.#read(() => this.#table.select(query));
  }

  write(...writes: readonly Write[]): void {
    this.#proceed();
    this.#writes.push(...writes);
  }

  #read<T extends readonly (StoredDocument | null)[]>(read: () => T): T {
    this.#proceed();
    if (this.#writes.length > 0) throw new InvalidInput('A transaction reads before it writes.');
    const result = translated(read);
    this.#reads.push({ again: read, seen: versions(result) });
    return result;
  }

  #proceed(): void {
    if (this.#expired) throw new TemporarilyUnavailable('The transaction was given up because it was idle.');
    this.#idle?.refresh();
  }
}

function versions(documents: readonly (StoredDocument | null)[]): string {
  return documents.map((document) => (document ? `${document.path}@${document.updateTime}` : '-')).join('\n');
}
