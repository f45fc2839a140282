import { NotFound } from '../domain/errors.ts';
import type { ImportContent } from '../domain/import.ts';
import type { Write } from '../ports/document-store.ts';
import type { Reader } from './collection.ts';
import { type PackedContent, packContent, unpackContent } from './packed-content.ts';
import type { SealedValue, Sealer } from './sealed.ts';
import { tenantPath } from './tenant-path.ts';

/** Firestore documents hold 1 MiB; a sealed value is cut into pieces well below. */
const PIECE_BYTES = 512 * 1024;
const DAY_MS = 86_400_000;

/** What of a file is kept until it is committed: `imports/{i}/content/{n}`, one sealed value cut into pieces. */
export class ImportContentCollection {
  readonly #sealer: Sealer;
  readonly #ttlDays: number;

  constructor(sealer: Sealer, ttlDays: number) {
    this.#sealer = sealer;
    this.#ttlDays = ttlDays;
  }

  /** @throws NotFound when a piece is gone: its time was over, or the import has been committed. */
  async get(reader: Reader, tenantId: string, importId: string, pieces: number): Promise<ImportContent> {
    const paths = Array.from({ length: pieces }, (_, piece) => piecePath(tenantId, importId, piece));
    const found = await reader.getAll(paths);
    const parts = found.map((document) => document?.data as SealedValue | undefined);
    const [first] = parts;
    if (!first || parts.includes(undefined)) throw new NotFound('what was read of the file is no longer kept');
    const v = Buffer.concat(parts.map((part) => (part as SealedValue).v));
    return unpackContent(this.#sealer.open<PackedContent>({ k: first.k, v }, piecePath(tenantId, importId, 0)));
  }

  /** The writes that keep it, and in how many pieces. */
  create(
    tenantId: string,
    importId: string,
    content: ImportContent,
    now: number,
  ): { readonly writes: Write[]; readonly pieces: number } {
    const { k, v } = this.#sealer.seal(packContent(content), piecePath(tenantId, importId, 0));
    const expireAt = new Date(now + this.#ttlDays * DAY_MS);
    const writes: Write[] = [];
    for (let from = 0; from < v.length; from += PIECE_BYTES) {
      const path = piecePath(tenantId, importId, writes.length);
      writes.push({ type: 'create', path, data: { k, v: v.slice(from, from + PIECE_BYTES), expireAt } });
    }
    return { writes, pieces: writes.length };
  }

  /** The writes that forget it. */
  remove(tenantId: string, importId: string, pieces: number): Write[] {
    return Array.from({ length: pieces }, (_, piece) => ({
      type: 'delete',
      path: piecePath(tenantId, importId, piece),
    }));
  }
}

function piecePath(tenantId: string, importId: string, piece: number): string {
  return tenantPath(tenantId, 'imports', importId, 'content', String(piece));
}
