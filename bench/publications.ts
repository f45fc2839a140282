import { get } from 'node:http';
import { createMemoryBodyCache } from '@dovetail/core/adapters/cache/memory-body-cache.ts';
import { eventIdOf } from '@dovetail/core/domain/identity.ts';
import { addDays, instantOf } from '@dovetail/core/domain/interval.ts';
import { commitChanges, type EventState } from '@dovetail/core/ledger/commit-changes.ts';
import { type Choice, publishFeed } from '@dovetail/core/sync/publications/publish-feed.ts';
import ical from 'ical-generator';
import { Temporal } from 'temporal-polyfill';
import type { Benchmark, BenchmarkOptions, Figure } from './figure.ts';
import { costOf, MeteredStudio } from './metered-studio.ts';
import { percentiles } from './percentiles.ts';

const TENANT = 'casa';
const KEY = 'casa-admin-key';
const SIZES = [100, 1_000, 10_000] as const;
const MANY_RESOURCES = 10;
const ROUNDS = { full: { first: 15, again: 300 }, quick: { first: 5, again: 60 } };
/** What was made is to be had again in a twentieth of the time that making it takes. */
const MOST_SHARE = 1 / 20;
const WARM_UP_EVENTS = 101;
const CHUNK = 200;
const FIRST_DAY = '2027-06-02';

/** Milliseconds of each answer. */
interface Taken {
  readonly first: number[];
  readonly cached: number[];
  readonly notModified: number[];
  readonly served: number[];
  readonly generated: number[];
}

/**
 * What readers of a publication wait for, over HTTP and without it, against ical-generator making the same calendar
 * from events that are at hand, in the same process and by turns; and what a reader who has it costs.
 */
export const publications: Benchmark = {
  name: 'publications',
  async run(options) {
    const metered = await MeteredStudio.open();
    try {
      const figures: Figure[] = [];
      // Both sides are measured as they run in a process that has been up for a while.
      await measure(WARM_UP_EVENTS, metered, options);
      for (const size of SIZES) figures.push(...(await measure(size, metered, options)));
      return [...figures, await costOfKnown(1, metered), await costOfKnown(MANY_RESOURCES, metered)];
    } finally {
      await metered.studio.stop();
    }
  },
};

async function measure(size: number, metered: MeteredStudio, { quick, progress }: BenchmarkOptions): Promise<Figure[]> {
  progress(`a publication of ${size} events`);
  const rounds = quick ? ROUNDS.quick : ROUNDS.full;
  const resourceId = `published-${size}`;
  await addResource(resourceId, metered);
  await hold(resourceId, size, metered);
  const url = await publish([resourceId], metered);
  const taken: Taken = { first: [], cached: [], notModified: [], served: [], generated: [] };
  const events = halfHours(resourceId, size);
  for (let round = 0; round < rounds.first; round++) {
    await moveOne(resourceId, round, metered);
    taken.first.push((await request(url)).ms);
    taken.generated.push(timed(() => generate(resourceId, events)));
  }
  const { etag, count } = await request(url);
  if (count !== size) throw new Error(`${count} events are published, not ${size}`);
  const serve = await server(url, metered);
  for (let round = 0; round < rounds.again; round++) {
    taken.cached.push((await request(url)).ms);
    taken.notModified.push((await request(url, etag)).ms);
    taken.served.push(await serve());
  }
  const ms = (name: keyof Taken) => percentiles(taken[name]);
  const named = (what: string) => `${size} events: ${what}`;
  const share = ms('served').p50 / ms('generated').p50;
  const isSmall = size === SIZES[0];
  return [
    { name: named('first answer'), measured: ms('first'), unit: 'ms' },
    { name: named('cached answer'), measured: ms('cached'), unit: 'ms' },
    { name: named('not modified'), measured: ms('notModified'), unit: 'ms' },
    { name: named('cached, without HTTP'), measured: ms('served'), unit: 'ms' },
    { name: named('ical-generator'), measured: ms('generated'), unit: 'ms' },
    {
      ...{
        name: named('cached, time against ical-generator'),
        measured: { ratio: share },
        atMost: { ratio: MOST_SHARE },
      },
      ...(isSmall && {
        missedBecause: 'reading what was kept and checking its token take a tenth of a millisecond at any size',
      }),
    },
    {
      name: named('cached and over HTTP, time against it without'),
      measured: { ratio: ms('cached').p50 / ms('generated').p50 },
      atMost: { ratio: MOST_SHARE },
      ...(isSmall && { missedBecause: 'HTTP itself takes most of the time of so small an answer' }),
    },
  ];
}

/** What Firestore bills for a reader who has it already, and was noted within ten minutes. */
async function costOfKnown(count: number, metered: MeteredStudio): Promise<Figure> {
  const ids = Array.from({ length: count }, (_, index) => `known-${count}-${index}`);
  for (const id of ids) await addResource(id, metered);
  const url = await publish(ids, metered);
  const { etag } = await request(url);
  metered.studio.meter.reset();
  const { status } = await request(url, etag);
  if (status !== 304) throw new Error(`the reader was answered ${status}`);
  const { reads, writes } = costOf(metered.studio.meter.snapshot());
  const name = `not modified, of ${count} ${count === 1 ? 'resource' : 'resources'}`;
  return { name, measured: { reads, writes }, atMost: { reads: 1 + count, writes: 0 } };
}

async function addResource(id: string, metered: MeteredStudio): Promise<void> {
  await api('POST', '/v1/resources', { id, name: id, kind: 'timed', timeZone: 'America/Bogota' }, metered);
}

async function publish(resourceIds: readonly string[], metered: MeteredStudio): Promise<string> {
  return String((await api('POST', '/v1/publications', { resourceIds }, metered)).url);
}

/** `size` half hours within the window, none of which overlap. */
function halfHours(resourceId: string, size: number): EventState[] {
  const perDay = Math.ceil(size / 700);
  return Array.from({ length: size }, (_, index) => {
    const day = addDays(FIRST_DAY, Math.floor(index / perDay));
    const start = Date.parse(`${day}T08:00:00Z`) + (index % perDay) * 3_600_000;
    const source = { type: 'staff', id: 'bench', externalUid: `${resourceId} ${index}` } as const;
    return {
      id: eventIdOf(source),
      resourceId,
      kind: 'block',
      status: 'active',
      source,
      start: instantOf(start),
      end: instantOf(start + 1_800_000),
      title: 'Closed',
      priority: 4,
      lastSeenAt: '2027-06-01T12:00:00Z',
    };
  });
}

async function hold(resourceId: string, size: number, metered: MeteredStudio): Promise<void> {
  const all = halfHours(resourceId, size);
  for (let from = 0; from < size; from += CHUNK) await commit(all.slice(from, from + CHUNK), metered);
}

/** Another state, so that the next answer is the first of it. */
async function moveOne(resourceId: string, round: number, metered: MeteredStudio): Promise<void> {
  const [event] = halfHours(resourceId, 1);
  if (event)
    await commit([{ ...event, end: event.end.replace(':30:', `:${String(20 + round).padStart(2, '0')}:`) }], metered);
}

async function commit(events: readonly EventState[], { studio }: MeteredStudio): Promise<void> {
  const eventIds = events.map(({ id }) => id);
  await commitChanges({ tenantId: TENANT, eventIds, decide: () => ({ events }) }, studio.deps);
}

/** The same calendar by ical-generator alone, from events that are at hand. */
function generate(name: string, held: readonly EventState[]): string {
  const stamp = Temporal.Instant.from('2027-06-01T12:00:00Z');
  const events = held.map(({ id, start, end }) => ({
    id: `${id}.publication@dovetail`,
    summary: 'Blocked',
    stamp,
    start: Temporal.Instant.from(start),
    end: Temporal.Instant.from(end),
  }));
  return ical({ name, ttl: 3_600, events }).toString();
}

/** Serves the publication without HTTP: the milliseconds of one answer. */
async function server(url: string, { studio }: MeteredStudio): Promise<() => Promise<number>> {
  const token = url.slice(url.lastIndexOf('/') + 1).replace('.ics', '');
  const deps = { ...studio.deps, bodies: createMemoryBodyCache({ mostBytes: 64 * 1024 * 1024 }) };
  const choose = (): Choice => ({ coding: 'identity', isKnown: false });
  const serve = async () => {
    const startedAt = performance.now();
    const answer = await publishFeed({ token, choose, isCollecting: true }, deps);
    if (!answer?.body) throw new Error('nothing was served');
    return performance.now() - startedAt;
  };
  await serve();
  return serve;
}

function timed(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

async function api(method: string, path: string, body: object, { studio }: MeteredStudio): Promise<{ url?: unknown }> {
  const response = await fetch(`${studio.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}`);
  return (await response.json()) as { url?: unknown };
}

interface Answer {
  readonly status: number;
  readonly etag: string;
  readonly count: number;
  readonly ms: number;
}

/** Over plain HTTP, uncompressed, as fast as this process can ask. */
function request(url: string, etag?: string): Promise<Answer> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const headers = etag === undefined ? {} : { 'if-none-match': etag };
    get(url, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const ms = performance.now() - startedAt;
        const count =
          Buffer.concat(chunks)
            .toString()
            .match(/^BEGIN:VEVENT/gm)?.length ?? 0;
        resolve({ status: response.statusCode ?? 0, etag: String(response.headers.etag), count, ms });
      });
    }).once('error', reject);
  });
}
