import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import type { DocumentStore } from '@dovetail/core/ports/document-store.ts';
import type { Benchmark } from './figure.ts';
import { commitBookings } from './store/commit-bookings.ts';
import { insertPlainly } from './store/insert-plainly.ts';
import { type RecordedTransaction, recordTransactions } from './store/record-transactions.ts';

const BOOKINGS = 2_000;
const RESOURCES = 100;

/**
 * The embedded store, one transaction after another, each reading and writing what a new booking does: with the ledger
 * deciding, replayed without it, and the same bytes inserted into SQLite by nobody in particular.
 */
export const store: Benchmark = {
  name: 'store',
  async run({ progress }) {
    const folder = mkdtempSync(join(tmpdir(), 'dovetail-bench-'));
    const files = { ledger: join(folder, 'ledger.sqlite'), replay: join(folder, 'replay.sqlite') };
    try {
      progress(`${BOOKINGS} bookings of ${RESOURCES} resources`);
      const recorded: RecordedTransaction[] = [];
      const ledgerMs = await withStore(files.ledger, (documents) =>
        commitBookings({ bookings: BOOKINGS, resources: RESOURCES }, recordTransactions(documents, recorded)),
      );
      const bookings = recorded.slice(-BOOKINGS);
      const replayMs = await withStore(files.replay, async (documents) => {
        for (const transaction of recorded.slice(0, -BOOKINGS)) await replay(transaction, documents);
        return timed(async () => {
          for (const transaction of bookings) await replay(transaction, documents);
        });
      });
      const plain = insertPlainly(files.replay, join(folder, 'plain.sqlite'), bookings);
      return [
        { name: 'new bookings committed to the ledger', measured: { perSecond: perSecond(ledgerMs) } },
        { name: 'the same transactions, store alone', measured: { perSecond: perSecond(replayMs) } },
        { name: 'the same bytes, plain SQLite', measured: { perSecond: perSecond(plain) } },
        { name: 'time of the store against plain SQLite', measured: { ratio: replayMs / plain } },
      ];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function withStore<T>(file: string, use: (documents: DocumentStore) => Promise<T>): Promise<T> {
  const documents = openSqliteDocumentStore({ file });
  try {
    return await use(documents);
  } finally {
    await documents.close();
  }
}

function replay({ read, writes }: RecordedTransaction, documents: DocumentStore): Promise<void> {
  return documents.transact(async (transaction) => {
    for (const paths of read) await transaction.getAll(paths);
    transaction.write(...writes);
  });
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function perSecond(milliseconds: number): number {
  return (BOOKINGS * 1000) / milliseconds;
}
