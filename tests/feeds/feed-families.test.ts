import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { addDays } from '@dovetail/core/domain/interval.ts';
import type { DocumentStore } from '@dovetail/core/ports/document-store.ts';
import { afterEach, expect, it } from 'vitest';
import { resource as resourceOf } from '../made-resource.ts';
import type { BodyEntry } from './calendar-body.ts';
import { FeedHistory, TENANT } from './feed-history.ts';

const ROOMS = 30;
const NIGHTS = 150;
/** Of a commit of several changes; see `ledger/commit-changes.ts`. */
const MOST_DOCUMENTS = 1_000;

let history: FeedHistory;
afterEach(() => history.close());

function nights(): BodyEntry[] {
  return Array.from({ length: NIGHTS }, (_, index) => {
    const start = addDays('2027-06-05', index);
    return { uid: `uid-${index}@feeds.test`, start, end: addDays(start, 1) };
  });
}

/** A store that notes how many events and conflicts each transaction that ends well writes. */
function noting(store: DocumentStore, sizes: number[]): DocumentStore {
  return {
    get: (path) => store.get(path),
    getAll: (paths) => store.getAll(paths),
    query: (query) => store.query(query),
    count: (query) => store.count(query),
    commit: (writes) => store.commit(writes),
    close: () => store.close(),
    async transact(body) {
      let size = 0;
      const result = await store.transact((transaction) => {
        size = 0;
        return body({
          get: (path) => transaction.get(path),
          getAll: (paths) => transaction.getAll(paths),
          query: (query) => transaction.query(query),
          write(...writes) {
            size += writes.filter(({ path }) => /\/(events|conflicts)\/[^/]+$/.test(path)).length;
            transaction.write(...writes);
          },
        });
      });
      sizes.push(size);
      return result;
    },
  };
}

it('the first read of a house of many rooms is committed in parts that a transaction takes', async () => {
  const rooms = Array.from({ length: ROOMS }, (_, index) => `room-${index}`);
  const sizes: number[] = [];
  const documents = noting(openSqliteDocumentStore(), sizes);
  history = await FeedHistory.open({ documents, resource: { relatedFrom: rooms } });
  const { store } = history.deps;
  const relations = [{ type: 'parent', resourceId: 'room' }] as const;
  const room = { kind: 'nightly', timeZone: 'America/Bogota', relations } as const;
  await documents.commit(rooms.map((id) => store.resources.set(TENANT, resourceOf(id, room))));
  await history.shows(nights()).read();
  expect(sizes.reduce((sum, size) => sum + size)).toBe(NIGHTS * (ROOMS + 1));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(MOST_DOCUMENTS);
  expect((await history.runs()).map(({ counts }) => counts.added)).toEqual([NIGHTS]);
});

it('staff are told once of all double bookings that the first read of a feed opens', async () => {
  history = await FeedHistory.open();
  const long = { uid: 'long@feeds.test', start: '2027-06-05', end: '2028-01-01' };
  const bookings = Array.from({ length: 250 }, (_, index) => ({ ...long, uid: `uid-${index}@feeds.test` }));
  await history.shows(bookings).read();
  const [alert, ...others] = history.log.of('conflict.opened');
  expect(others).toEqual([]);
  expect(alert).toMatchObject({ severity: 'ALERT' });
  expect((await history.runs())[0]?.counts.conflicts).toBe((alert as { count?: number } | undefined)?.count);
});
