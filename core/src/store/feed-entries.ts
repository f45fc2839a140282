import { TemporarilyUnavailable } from '../domain/errors.ts';
import type { KnownEntry } from '../domain/known-entry.ts';
import type { DocumentData, StoredDocument, Write } from '../ports/document-store.ts';
import type { Reader } from './collection.ts';
import type { SealedValue, Sealer } from './sealed.ts';
import { tenantPath } from './tenant-path.ts';

/** The entries a feed is remembered by, as they lie in its shards. */
export interface StoredEntries {
  readonly shards: readonly (readonly KnownEntry[])[];
}

/** Format 1: a list of lines, their fields in the order of `FIELDS` with the last ones left out when absent, sealed. */
const FORMAT = 1;
/** Firestore documents hold 1 MiB; entries are spread over more of them long before. */
const SHARD_BYTES = 256 * 1024;
/** Two digits of base 32 tell so many shards apart. */
const MOST_SHARDS = 1024;

const FIELDS = [
  'eventId',
  'uid',
  'start',
  'end',
  'kind',
  'state',
  'look',
  'recurrenceId',
  'reservationCode',
  'since',
  'heldStart',
  'heldEnd',
  'edge',
  'echoOf',
  'echoEndsAt',
  'echoIsOver',
  'showedFirst',
  'isNewcomer',
] as const;

/**
 * A feed's remembered entries: `feeds/{f}/entries/{shard}`, compressed and sealed lines. Which shard an entry is in
 * follows from its event id, so that one change rewrites one document. There are 1, 2, 4 … shards, never fewer again;
 * how many is told by the feed.
 */
export class FeedEntryCollection {
  readonly #sealer: Sealer;

  constructor(sealer: Sealer) {
    this.#sealer = sealer;
  }

  /** @throws TemporarilyUnavailable when a shard is not there: others are rewriting them. */
  async get(reader: Reader, tenantId: string, feedId: string, shards: number): Promise<StoredEntries> {
    const paths = Array.from({ length: shards }, (_, shard) => entriesPath(tenantId, feedId, shard));
    const documents = paths.length === 0 ? [] : await reader.getAll(paths);
    return { shards: documents.map((document) => this.#decode(document)) };
  }

  /** The writes that make `stored` hold `entries`, and in how many shards they then are. Equal shards are not written. */
  replace(
    tenantId: string,
    feedId: string,
    stored: StoredEntries,
    entries: readonly KnownEntry[],
  ): { readonly writes: Write[]; readonly shards: number } {
    const ordered = [...entries].sort((a, b) => (a.eventId < b.eventId ? -1 : 1));
    for (let count = Math.max(1, stored.shards.length); ; count *= 2) {
      const parts = spread(ordered, count).map(rowsOf);
      const writes: Write[] = [];
      let fits = true;
      parts.forEach((rows, shard) => {
        const before = count === stored.shards.length ? rowsOf(stored.shards[shard] ?? []) : undefined;
        if (before && JSON.stringify(before) === JSON.stringify(rows)) return;
        const path = entriesPath(tenantId, feedId, shard);
        const data = this.#sealer.seal(rows, path);
        fits &&= data.v.length <= SHARD_BYTES;
        writes.push({ type: 'set', path, data: { format: FORMAT, count: rows.length, data } });
      });
      if (fits || count >= MOST_SHARDS) return { writes, shards: count };
    }
  }

  /** The writes that forget a feed's entries. */
  remove(tenantId: string, feedId: string, shards: number): Write[] {
    return Array.from({ length: shards }, (_, shard) => ({
      type: 'delete',
      path: entriesPath(tenantId, feedId, shard),
    }));
  }

  #decode(document: StoredDocument | null): KnownEntry[] {
    if (!document) throw new TemporarilyUnavailable("a feed's entries were rewritten while they were read");
    return this.#sealer.open<Row[]>(sealedOf(document.data), document.path).map(entryOf);
  }
}

type Row = readonly unknown[];

function entriesPath(tenantId: string, feedId: string, shard: number): string {
  return tenantPath(tenantId, 'feeds', feedId, 'entries', String(shard));
}

function sealedOf(data: DocumentData): SealedValue {
  return data['data'] as SealedValue;
}

/** Event ids are hashes in base 32, so their first digits spread them evenly. */
function spread(entries: readonly KnownEntry[], count: number): KnownEntry[][] {
  const shards = Array.from({ length: count }, (): KnownEntry[] => []);
  for (const entry of entries) {
    const digits = Number.parseInt(entry.eventId.slice(0, 2), 32) || 0;
    shards[Math.floor((digits * count) / MOST_SHARDS)]?.push(entry);
  }
  return shards;
}

function rowsOf(entries: readonly KnownEntry[]): Row[] {
  return entries.map(({ held, echo, ...entry }) => {
    const echoed = { echoOf: echo?.of, echoEndsAt: echo?.endsAt, echoIsOver: echo?.isOver };
    const fields = { ...entry, heldStart: held?.start, heldEnd: held?.end, ...echoed };
    const row: unknown[] = FIELDS.map((field) => fields[field] || null);
    while (row.at(-1) === null) row.pop();
    return row;
  });
}

function entryOf(row: Row): KnownEntry {
  const fields: Partial<Record<(typeof FIELDS)[number], unknown>> = { recurrenceId: '' };
  FIELDS.forEach((field, index) => {
    if (row[index] !== undefined && row[index] !== null) fields[field] = row[index];
  });
  const { heldStart: start, heldEnd: end, echoOf: of, echoEndsAt: endsAt, echoIsOver: isOver, ...entry } = fields;
  const echo = { of, ...(endsAt !== undefined && { endsAt }), ...(isOver !== undefined && { isOver }) };
  return {
    ...entry,
    ...(start !== undefined && { held: { start, end } }),
    ...(of !== undefined && { echo }),
  } as unknown as KnownEntry;
}
