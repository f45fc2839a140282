import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import type { DocumentStore } from '@dovetail/core/ports/document-store.ts';
import { type WatchedTransaction, watchedStore } from '@dovetail/sandbox/simulation/watched-store.ts';
import type { Benchmark } from './figure.ts';
import { commitBookings } from './store/commit-bookings.ts';
import { insertPlainly } from './store/insert-plainly.ts';
import { timed } from './timed.ts';

const BOOKINGS = 2_000;
const RESOURCES = 100;
const ROUNDS = 3;

/**
 * The embedded store, one transaction after another, each reading and writing what a new booking does: with the ledger
 * deciding, replayed without it, and the same bytes inserted into SQLite by nobody in particular.
 */
export const store: Benchmark = {
  name: 'store',
  async run({ progress }) {
    const rounds: Round[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      progress(`${BOOKINGS} bookings of ${RESOURCES} resources, round ${round} of ${ROUNDS}`);
      rounds.push(await measureOnce());
    }
    // Whatever else the machine does makes a round slower, never faster.
    const fastest = (part: keyof Round) => Math.min(...rounds.map((round) => round[part]));
    const [ledger, alone, plain] = [fastest('ledger'), fastest('alone'), fastest('plain')];
    return [
      { name: 'new bookings committed to the ledger', measured: { perSecond: perSecond(ledger) } },
      { name: 'the same transactions, store alone', measured: { perSecond: perSecond(alone) } },
      { name: 'the same bytes, plain SQLite', measured: { perSecond: perSecond(plain) } },
      { name: 'time of the store against plain SQLite', measured: { ratio: alone / plain } },
    ];
  },
};

/** Milliseconds for all bookings. */
interface Round {
  readonly ledger: number;
  readonly alone: number;
  readonly plain: number;
}

async function measureOnce(): Promise<Round> {
  const folder = mkdtempSync(join(tmpdir(), 'dovetail-bench-'));
  const replayFile = join(folder, 'replay.sqlite');
  try {
    const recorded: WatchedTransaction[] = [];
    const ledger = await withStore(join(folder, 'ledger.sqlite'), (documents) =>
      commitBookings(
        { bookings: BOOKINGS, resources: RESOURCES },
        watchedStore(documents, (transaction) => recorded.push(transaction)),
      ),
    );
    const bookings = recorded.slice(-BOOKINGS);
    const alone = await withStore(replayFile, async (documents) => {
      for (const transaction of recorded.slice(0, -BOOKINGS)) await replay(transaction, documents);
      return timed(async () => {
        for (const transaction of bookings) await replay(transaction, documents);
      });
    });
    return { ledger, alone, plain: insertPlainly(replayFile, join(folder, 'plain.sqlite'), bookings) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function withStore<T>(file: string, use: (documents: DocumentStore) => Promise<T>): Promise<T> {
  const documents = openSqliteDocumentStore({ file });
  try {
    return await use(documents);
  } finally {
    await documents.close();
  }
}

function replay({ read, writes }: WatchedTransaction, documents: DocumentStore): Promise<void> {
  return documents.transact(async (transaction) => {
    for (const paths of read) await transaction.getAll(paths);
    transaction.write(...writes);
  });
}

function perSecond(milliseconds: number): number {
  return (BOOKINGS * 1000) / milliseconds;
}
