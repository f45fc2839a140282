import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import { digest } from '@dovetail/core/domain/identity.ts';
import { addDays } from '@dovetail/core/domain/interval.ts';
import type { DocumentStore, Write } from '@dovetail/core/ports/document-store.ts';
import { PageCollection, type PageLine } from '@dovetail/core/store/pages.ts';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const MAY = '2027-05';
const SHARD_BYTES = 256 * 1024;

/** A line whose id cannot be compressed away. */
function line(index: number, part: Partial<PageLine> = {}): PageLine {
  return {
    id: digest('line', String(index)).slice(0, 26),
    start: `${addDays('2027-05-01', index % 31)}T10:00:00Z`,
    end: `${addDays('2027-05-01', index % 31)}T11:00:00Z`,
    kind: 'reservation',
    status: 'active',
    priority: 2,
    source: 'booking-system:uschedule',
    ...part,
  };
}

function lines(count: number): PageLine[] {
  return Array.from({ length: count }, (_, index) => line(index));
}

function ordered(given: readonly PageLine[]): PageLine[] {
  return [...given].sort((a, b) => (`${a.start} ${a.id}` < `${b.start} ${b.id}` ? -1 : 1));
}

const anyLine: fc.Arbitrary<PageLine> = fc
  .record(
    {
      start: fc.constantFrom('2027-05-01T10:00:00Z', '2027-05-02T10:00:00Z', '2027-05-03'),
      end: fc.constantFrom('2027-05-03T11:00:00Z', '2027-05-04'),
      kind: fc.constantFrom('reservation' as const, 'block' as const, 'maintenance' as const),
      status: fc.constantFrom('active' as const, 'missing' as const),
      priority: fc.integer({ min: -1, max: 9 }),
      source: fc.string({ unit: 'binary' }),
      until: fc.constantFrom('2027-05-01T00:00:00Z', ''),
    },
    { requiredKeys: ['start', 'end', 'kind', 'status', 'priority', 'source'] },
  )
  .chain((rest) => fc.string({ unit: 'grapheme', minLength: 1 }).map((id) => ({ id, ...rest })));

describe('the ledger pages of a resource', () => {
  const pages = new PageCollection();
  let documents: DocumentStore;
  beforeEach(() => {
    documents = openSqliteDocumentStore();
  });
  afterEach(() => documents.close());

  const read = (months: readonly string[], resourceId = 'bay-1', tenantId = 'loft') =>
    pages.getMany(documents, tenantId, resourceId, months);

  /** Replaces a month's page and answers with the writes that did it. */
  async function write(month: string, replacement: readonly PageLine[], resourceId = 'bay-1'): Promise<Write[]> {
    const [page] = await read([month], resourceId);
    const writes = pages.replace('loft', resourceId, page!, replacement);
    await documents.commit(writes);
    return writes;
  }

  it('give back what was written, in the order of start and id', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(anyLine, { selector: ({ id }) => id }), async (given) => {
        await write(MAY, given);
        expect(await read([MAY])).toEqual([{ month: MAY, lines: ordered(given), shards: 1 }]);
      }),
    );
  });

  it('are empty for months that nobody wrote', async () => {
    expect(await read([MAY])).toEqual([{ month: MAY, lines: [], shards: 0 }]);
    expect(await read([])).toEqual([]);
  });

  it('leave the order of what they are given alone', async () => {
    const given = Object.freeze([line(2), line(1)]);
    await write(MAY, given);
    expect(given).toEqual([line(2), line(1)]);
  });

  it('lie in one document while they are small', async () => {
    const writes = await write(MAY, lines(200));
    expect(writes.map(({ path }) => path)).toEqual(['tenants/loft/resources/bay-1/pages/2027-05']);
    expect((await documents.get(writes[0]!.path))?.data).toMatchObject({ format: 1, shards: 1, count: 200 });
  });

  it('are kept in compressed bytes that no index grows with', async () => {
    const [head] = await write(MAY, lines(200));
    const { data, ...rest } = (await documents.get(head!.path))!.data;
    expect(data).toBeInstanceOf(Uint8Array);
    expect(Buffer.from(data as Uint8Array).toString('latin1')).not.toContain(line(0).id);
    expect((data as Uint8Array).length).toBeLessThan(JSON.stringify(lines(200)).length / 4);
    expect(Object.keys(rest).sort()).toEqual(['count', 'format', 'shards']);
  });

  it('are cut into documents of at most 256 KB when they outgrow one, and joined again', async () => {
    const many = lines(30_000);
    const writes = await write(MAY, many);
    expect(writes.length).toBeGreaterThan(1);
    for (const each of writes) {
      const bytes = (each as Extract<Write, { type: 'set' }>).data.data as Uint8Array;
      expect(bytes.length).toBeLessThanOrEqual(SHARD_BYTES);
    }
    expect(await read([MAY])).toEqual([{ month: MAY, lines: ordered(many), shards: writes.length }]);
  });

  it('are read together, whichever of them are cut and whichever are not there', async () => {
    const [first, second] = [lines(25_000), lines(25_000).map((each) => ({ ...each, priority: 7 }))];
    await write('2027-05', first);
    await write('2027-07', second);
    await write('2027-08', [line(1)]);
    const found = await read(['2027-08', '2027-07', '2027-06', '2027-05']);
    expect(found.map(({ month, shards }) => [month, shards])).toEqual([
      ['2027-08', 1],
      ['2027-07', 2],
      ['2027-06', 0],
      ['2027-05', 2],
    ]);
    expect(found.map((page) => page.lines)).toEqual([[line(1)], ordered(second), [], ordered(first)]);
  });

  it('give up the documents they no longer need when they shrink', async () => {
    const before = await write(MAY, lines(30_000));
    const after = await write(MAY, lines(3));
    expect(after.map(({ type }) => type)).toEqual(['set', ...before.slice(1).map(() => 'delete')]);
    expect(await documents.count({ from: { group: 'pages' } })).toBe(1);
    expect(await read([MAY])).toEqual([{ month: MAY, lines: ordered(lines(3)), shards: 1 }]);
  });

  it('are refused while a part of them is missing, rather than read as free time', async () => {
    const writes = await write(MAY, lines(30_000));
    await documents.commit([{ type: 'delete', path: writes.at(-1)!.path }]);
    await expect(read([MAY])).rejects.toThrow(TemporarilyUnavailable);
  });

  it('stay as an empty document when their last line goes', async () => {
    await write(MAY, lines(3));
    await write(MAY, []);
    expect(await read([MAY])).toEqual([{ month: MAY, lines: [], shards: 1 }]);
  });

  it('belong to one resource of one tenant', async () => {
    await write(MAY, [line(1)]);
    await write(MAY, [line(2)], 'bay-2');
    expect((await read([MAY]))[0]?.lines).toEqual([line(1)]);
    expect((await read([MAY], 'bay-2'))[0]?.lines).toEqual([line(2)]);
    expect((await read([MAY], 'bay-1', 'casa'))[0]?.lines).toEqual([]);
  });
});
