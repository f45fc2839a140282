import { createHash } from 'node:crypto';
import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import type { KnownEntry } from '@dovetail/core/domain/known-entry.ts';
import type { DocumentStore } from '@dovetail/core/ports/document-store.ts';
import { FeedEntryCollection, type StoredEntries } from '@dovetail/core/store/feed-entries.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sealerOfTests } from './ledger.ts';

let documents: DocumentStore;
beforeEach(() => {
  documents = openSqliteDocumentStore();
});
afterEach(() => documents.close());

const entries = new FeedEntryCollection(sealerOfTests());
const NOTHING: StoredEntries = { shards: [] };

/** Ids and UIDs as random as hashes are, so that they compress as little. */
function entry(index: number, part: Partial<KnownEntry> = {}): KnownEntry {
  const hash = BigInt(`0x${createHash('sha256').update(String(index)).digest('hex')}`)
    .toString(32)
    .padStart(52, '0');
  return {
    eventId: hash.slice(0, 26),
    uid: `${hash.slice(26)}@feeds.test`,
    recurrenceId: '',
    kind: 'reservation',
    start: '2027-06-10',
    end: '2027-06-12',
    look: hash.slice(5, 15),
    state: 'present',
    ...part,
  };
}

const many = (count: number) => Array.from({ length: count }, (_, index) => entry(index));
const sorted = (list: readonly KnownEntry[]) => [...list].sort((a, b) => (a.eventId < b.eventId ? -1 : 1));

async function save(stored: StoredEntries, list: readonly KnownEntry[]): Promise<StoredEntries> {
  const { writes, shards } = entries.replace('casa', 'feed', stored, list);
  await documents.commit(writes);
  return entries.get(documents, 'casa', 'feed', shards);
}

describe('the entries a feed is remembered by', () => {
  it('are read back as they were, with all that may be said of one', async () => {
    const list = [
      entry(1, { recurrenceId: '20270610', reservationCode: 'HMSTAY0001', edge: true, kind: 'block' }),
      entry(2, { state: 'missing', since: '2027-06-01T12:00:00Z', held: { start: '2027-06-11', end: '2027-06-12' } }),
      entry(3),
    ];
    const stored = await save(NOTHING, list);
    expect(stored.shards).toHaveLength(1);
    expect(stored.shards.flat()).toEqual(sorted(list));
  });

  it('may be none', async () => {
    expect((await save(NOTHING, [])).shards).toEqual([[]]);
  });

  it('are not written again when they are the same, in whatever order', async () => {
    const list = many(50);
    const stored = await save(NOTHING, list);
    expect(entries.replace('casa', 'feed', stored, [...list].reverse()).writes).toEqual([]);
  });

  it('spread over more documents before one grows too large, and one change then rewrites one of them', async () => {
    const list = many(12_000);
    const stored = await save(NOTHING, list);
    expect(stored.shards.length).toBeGreaterThanOrEqual(4);
    expect(sorted(stored.shards.flat())).toEqual(sorted(list));
    for (const { data } of await documents.query({ from: 'tenants/casa/feeds/feed/entries' })) {
      expect((data.data as unknown as { v: Uint8Array }).v.length).toBeLessThanOrEqual(256 * 1024);
    }
    const changed = list.map((one, index) => (index === 77 ? { ...one, end: '2027-06-13' } : one));
    const { writes, shards } = entries.replace('casa', 'feed', stored, changed);
    expect([writes.length, shards]).toEqual([1, stored.shards.length]);
  });

  it('are never taken for fewer than they are while somebody rewrites them', async () => {
    await save(NOTHING, many(3));
    await expect(entries.get(documents, 'casa', 'feed', 2)).rejects.toThrow(TemporarilyUnavailable);
  });

  it('are sealed', async () => {
    await save(NOTHING, [entry(1, { reservationCode: 'HMSTAY0001' })]);
    const [document] = await documents.query({ from: 'tenants/casa/feeds/feed/entries' });
    expect(document?.data).toEqual({ format: 1, count: 1, data: { k: 'test', v: expect.any(Uint8Array) } });
  });
});
