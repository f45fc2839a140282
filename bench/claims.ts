import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { TimeTaken } from '@dovetail/core/domain/errors.ts';
import { eventIdOf } from '@dovetail/core/domain/identity.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import { commitChanges, type EventState } from '@dovetail/core/ledger/commit-changes.ts';
import { bookDirectly } from '@dovetail/core/sync/direct/book-directly.ts';
import type { Benchmark } from './figure.ts';
import { type LedgerDeps, ledgerDeps, plainResource } from './ledger-deps.ts';
import { percentiles } from './percentiles.ts';
import { timed } from './timed.ts';

const NOW = Date.parse('2027-06-01T08:00:00Z');
const FIRST_HOUR = Date.parse('2027-07-01T08:00:00Z');
const HOUR_MS = 3_600_000;
const TENANT = 'bench';
const RESOURCES = 100;
const CONTENDERS = 50;
const RACES = 50;
const CLAIMS = 2_000;

/**
 * Claims on time in the embedded store, on disk: fifty at once for one hour, of which one must win and every other hear that
 * it is taken; and claims that do not meet, over a hundred resources, against plain commits of as many events.
 */
export const claims: Benchmark = {
  name: 'claims',
  async run({ progress }) {
    const folder = mkdtempSync(join(tmpdir(), 'dovetail-bench-'));
    const documents = openSqliteDocumentStore({ file: join(folder, 'ledger.sqlite') });
    try {
      const deps = ledgerDeps(documents, NOW);
      await documents.commit(
        Array.from({ length: RESOURCES }, (_, index) =>
          deps.store.resources.set(TENANT, plainResource(`bay-${index}`, NOW)),
        ),
      );
      progress(`${CONTENDERS} claims on one hour, ${RACES} times`);
      const races: Race[] = [];
      for (let race = 0; race < RACES; race++) races.push(await raceOnce(race, deps));
      const counts = races.map(({ winners }) => winners);
      progress(`${CLAIMS} claims over ${RESOURCES} resources`);
      const claimed = await timed(() => all((index) => claim(`apart-${index}`, index % RESOURCES, 100 + index, deps)));
      const plain = await timed(() => all((index) => commitPlainly(index, deps)));
      return [
        {
          name: `${CONTENDERS} claims on one hour until all are answered`,
          measured: percentiles(races.map(({ ms }) => ms)),
          unit: 'ms',
        },
        {
          name: `winners of an hour in ${RACES} races, and answers that do not say it is taken`,
          measured: {
            'most winners': Math.max(...counts),
            'without a winner': counts.filter((count) => count === 0).length,
            unclear: races.reduce((sum, { unclear }) => sum + unclear, 0),
          },
          atMost: { 'most winners': 1, 'without a winner': 0, unclear: 0 },
        },
        { name: `claims over ${RESOURCES} resources`, measured: { perSecond: (CLAIMS * 1000) / claimed } },
        { name: 'time of a claim, with its run, against a plain commit', measured: { ratio: claimed / plain } },
      ];
    } finally {
      await documents.close();
      rmSync(folder, { recursive: true });
    }
  },
};

interface Race {
  readonly ms: number;
  readonly winners: number;
  /** Who was refused with anything else than that the time is taken. */
  readonly unclear: number;
}

async function raceOnce(race: number, deps: LedgerDeps): Promise<Race> {
  let answers: readonly PromiseSettledResult<unknown>[] = [];
  const ms = await timed(async () => {
    const asked = Array.from({ length: CONTENDERS }, (_, index) => claim(`race-${race}-${index}`, 0, race, deps));
    answers = await Promise.allSettled(asked);
  });
  const refused = answers.filter((answer) => answer.status === 'rejected');
  const unclear = refused.filter(({ reason }) => !(reason instanceof TimeTaken)).length;
  return { ms, winners: answers.length - refused.length, unclear };
}

function claim(id: string, resource: number, hour: number, deps: LedgerDeps): Promise<unknown> {
  const holdUntil = instantOf(NOW + HOUR_MS);
  const draft = { id, resourceId: `bay-${resource}`, ...hourOf(hour), holdUntil };
  return bookDirectly({ tenantId: TENANT, draft }, deps);
}

function commitPlainly(index: number, deps: LedgerDeps): Promise<unknown> {
  const source = { type: 'feed', id: 'bench', externalUid: String(index) } as const;
  const event: EventState = {
    ...{ id: eventIdOf(source), resourceId: `bay-${index % RESOURCES}`, kind: 'reservation', status: 'active', source },
    ...{ ...hourOf(100 + CLAIMS + index), title: 'Lesson', priority: 3, lastSeenAt: instantOf(NOW) },
  };
  return commitChanges({ tenantId: TENANT, eventIds: [event.id], decide: () => ({ events: [event] }) }, deps);
}

function hourOf(index: number): { readonly start: string; readonly end: string } {
  const start = FIRST_HOUR + index * HOUR_MS;
  return { start: instantOf(start), end: instantOf(start + HOUR_MS) };
}

/** As many at a time as a busy service has requests. */
async function all(work: (index: number) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < CLAIMS; from += CONTENDERS) {
    await Promise.all(Array.from({ length: CONTENDERS }, (_, index) => work(from + index)));
  }
}
