import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { TemporarilyUnavailable } from '../domain/errors.ts';
import type { EventKind, EventStatus, Platform } from '../domain/event.ts';
import type { Interval } from '../domain/interval.ts';
import type { StoredDocument, Write } from '../ports/document-store.ts';
import type { Reader } from './collection.ts';
import { tenantPath } from './tenant-path.ts';

/** What a ledger page knows of an event: enough to decide about time, not to show it. */
export interface PageLine extends Interval {
  readonly id: string;
  readonly kind: EventKind;
  readonly status: EventStatus;
  readonly priority: number;
  /** `type:id` of the source. */
  readonly source: string;
  /** When a hold lapses. */
  readonly until?: string;
  /** The event that goes before it. */
  readonly overriddenBy?: string;
  /** The event that shows the same booking. */
  readonly mergedInto?: string;
  readonly platform?: Platform;
  /** The event of ours that it repeats: nothing follows from it. */
  readonly echoOf?: string;
  /** The ledger revision with which it last changed. */
  readonly timeRevision?: number;
}

/** One resource's month. Lines are ordered by start, then id. */
export interface LedgerPage {
  readonly month: string;
  readonly lines: readonly PageLine[];
  /** How many documents hold it now; 0 when there is none yet. */
  readonly shards: number;
}

/** Format 1: JSON, raw deflate; a list of lines, their fields in the order of `FIELDS`, the last ones left out when absent. */
const FORMAT = 1;
/** Firestore documents hold 1 MiB; a page is cut long before. */
const SHARD_BYTES = 256 * 1024;

const FIELDS = [
  'id',
  'start',
  'end',
  'kind',
  'status',
  'priority',
  'source',
  'until',
  'overriddenBy',
  'mergedInto',
  'platform',
  'echoOf',
  'timeRevision',
] as const satisfies readonly (keyof PageLine)[];

/**
 * Ledger pages: one document for a resource's month (`pages/2027-05`), with more behind it (`pages/2027-05~1`, …)
 * when its compressed lines outgrow 256 KB.
 */
export class PageCollection {
  /**
   * In the order of `months`; a month without a document is an empty page.
   * @throws TemporarilyUnavailable when, outside a transaction, a page was rewritten meanwhile.
   */
  async getMany(
    reader: Reader,
    tenantId: string,
    resourceId: string,
    months: readonly string[],
  ): Promise<LedgerPage[]> {
    if (months.length === 0) return [];
    const heads = await reader.getAll(months.map((month) => pagePath(tenantId, resourceId, month, 0)));
    const tails = heads.flatMap((head, index) =>
      Array.from({ length: shardsOf(head?.data) - 1 }, (_, shard) =>
        pagePath(tenantId, resourceId, months[index] as string, shard + 1),
      ),
    );
    const tailDocuments = tails.length === 0 ? [] : await reader.getAll(tails);
    let nextTail = 0;
    return months.map((month, index) => {
      const head = heads[index];
      if (!head) return { month, lines: [], shards: 0 };
      const shards = shardsOf(head.data);
      const parts = [head, ...tailDocuments.slice(nextTail, nextTail + shards - 1)];
      nextTail += shards - 1;
      return { month, shards, lines: parts.flatMap(linesOf) };
    });
  }

  /** The writes that replace `page` with `lines`. */
  replace(tenantId: string, resourceId: string, page: LedgerPage, lines: readonly PageLine[]): Write[] {
    const parts = shard([...lines].sort(byStart));
    const writes: Write[] = parts.map((data, index) => ({
      type: 'set',
      path: pagePath(tenantId, resourceId, page.month, index),
      data: index === 0 ? { format: FORMAT, shards: parts.length, count: lines.length, data } : { data },
    }));
    for (let index = parts.length; index < page.shards; index++) {
      writes.push({ type: 'delete', path: pagePath(tenantId, resourceId, page.month, index) });
    }
    return writes;
  }
}

function pagePath(tenantId: string, resourceId: string, month: string, index: number): string {
  return tenantPath(tenantId, 'resources', resourceId, 'pages', index === 0 ? month : `${month}~${index}`);
}

function shardsOf(data: { readonly shards?: unknown } | undefined): number {
  return data ? (data.shards as number) : 1;
}

function byStart(a: PageLine, b: PageLine): number {
  if (a.start !== b.start) return a.start < b.start ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

/** Halves until every part fits; there is always at least one. */
function shard(lines: readonly PageLine[]): Uint8Array[] {
  const data = encodeLines(lines);
  if (data.length <= SHARD_BYTES || lines.length < 2) return [data];
  const middle = lines.length >> 1;
  return [...shard(lines.slice(0, middle)), ...shard(lines.slice(middle))];
}

function encodeLines(lines: readonly PageLine[]): Uint8Array {
  const rows = lines.map((line) => {
    const row = FIELDS.map((field) => line[field] ?? null);
    while (row.at(-1) === null) row.pop();
    return row;
  });
  return deflateRawSync(JSON.stringify(rows));
}

/** A shard that is not there means that the page was rewritten between two reads, never that its time is free. */
function linesOf(shard: StoredDocument | null | undefined): PageLine[] {
  if (!shard) throw new TemporarilyUnavailable('a ledger page was rewritten while it was read');
  const rows = JSON.parse(inflateRawSync(shard.data.data as Uint8Array).toString('utf8')) as unknown[][];
  return rows.map((row) => {
    const line: Partial<Record<keyof PageLine, unknown>> = {};
    FIELDS.forEach((field, index) => {
      if (row[index] !== undefined && row[index] !== null) line[field] = row[index];
    });
    return line as unknown as PageLine;
  });
}
