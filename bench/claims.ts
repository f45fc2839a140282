import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStructuredLog } from '@dovetail/core/adapters/log/structured-log.ts';
import { createLocalSealingKeys } from '@dovetail/core/adapters/secrets/local-sealing-keys.ts';
import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { TimeTaken } from '@dovetail/core/domain/errors.ts';
import { eventIdOf } from '@dovetail/core/domain/identity.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import type { Resource } from '@dovetail/core/domain/resource.ts';
import { commitChanges, type EventState } from '@dovetail/core/ledger/commit-changes.ts';
import { createSealer } from '@dovetail/core/store/sealed.ts';
import { defineStore } from '@dovetail/core/store/store.ts';
import { bookDirectly } from '@dovetail/core/sync/direct/book-directly.ts';
import type { DirectDeps } from '@dovetail/core/sync/direct/commit-direct.ts';
import type { Benchmark } from './figure.ts';
import { percentiles } from './percentiles.ts';

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
      const deps = depsOn(documents);
      await documents.commit(
        Array.from({ length: RESOURCES }, (_, index) => deps.store.resources.set(TENANT, bay(index))),
      );
      progress(`${CONTENDERS} claims on one hour, ${RACES} times`);
      const races: number[] = [];
      for (let race = 0; race < RACES; race++) races.push(await timed(() => raceOnce(race, deps)));
      progress(`${CLAIMS} claims over ${RESOURCES} resources`);
      const claimed = await timed(() => all((index) => claim(`apart-${index}`, index % RESOURCES, 100 + index, deps)));
      const plain = await timed(() => all((index) => commitPlainly(index, deps)));
      return [
        { name: `${CONTENDERS} claims on one hour until all are answered`, measured: percentiles(races), unit: 'ms' },
        { name: 'winners of each', measured: { winners: 1 }, atMost: { winners: 1 } },
        { name: `claims over ${RESOURCES} resources`, measured: { perSecond: (CLAIMS * 1000) / claimed } },
        { name: 'time of a claim, with its run, against a plain commit', measured: { ratio: claimed / plain } },
      ];
    } finally {
      await documents.close();
      rmSync(folder, { recursive: true });
    }
  },
};

/** @throws Error unless exactly one wins and all others hear that the time is taken. */
async function raceOnce(race: number, deps: DirectDeps): Promise<void> {
  const asked = Array.from({ length: CONTENDERS }, (_, index) => claim(`race-${race}-${index}`, 0, race, deps));
  const answers = await Promise.allSettled(asked);
  const losers = answers.filter((answer) => answer.status === 'rejected' && answer.reason instanceof TimeTaken);
  const winners = answers.filter(({ status }) => status === 'fulfilled');
  if (winners.length !== 1 || losers.length !== CONTENDERS - 1) {
    throw new Error(`${winners.length} of ${CONTENDERS} won, ${losers.length} heard that the time is taken`);
  }
}

function claim(id: string, resource: number, hour: number, deps: DirectDeps): Promise<unknown> {
  const holdUntil = instantOf(NOW + HOUR_MS);
  const draft = { id, resourceId: `bay-${resource}`, ...hourOf(hour), holdUntil };
  return bookDirectly({ tenantId: TENANT, draft }, deps);
}

function commitPlainly(index: number, deps: DirectDeps): Promise<unknown> {
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

function bay(index: number): Resource {
  return {
    ...{
      id: `bay-${index}`,
      name: `Bay ${index}`,
      kind: 'timed',
      timeZone: 'America/New_York',
      tags: [],
      relations: [],
    },
    ...{
      openingHours: [],
      ledgerRevision: 0,
      mirrorBindingIds: [],
      createdAt: instantOf(NOW),
      updatedAt: instantOf(NOW),
    },
  };
}

function depsOn(documents: DirectDeps['documents']): DirectDeps {
  const store = defineStore(createSealer(createLocalSealingKeys([{ id: 'bench', key: randomBytes(32) }])));
  const log = createStructuredLog({ service: 'bench', write: () => {} });
  const tasks: DirectDeps['tasks'] = { enqueue: async () => 'created' };
  return { documents, store, log, tasks, clock: { now: () => NOW }, newId: () => randomBytes(10).toString('hex') };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
