import type { Conflict } from '@dovetail/core/domain/conflict.ts';
import { holdsTime, isOwn, type LedgerEvent } from '@dovetail/core/domain/event.ts';
import { syncFeed } from '@dovetail/core/sync/feeds/sync-feed.ts';
import { FeedWorker, peakMb, TENANT } from '../feeds/feed-worker.ts';
import type { Measured } from '../feeds/measure-size.ts';
import { costOf } from '../metered-studio.ts';
import { timed } from '../timed.ts';
import { GROWING, type GrowingFeed, madeTenant } from './made-tenant.ts';

/** What reading all the feeds of a tenant takes. */
export interface TenantReading {
  readonly first: Measured;
  /** Processor time of the first read, which does not grow with what else the machine does. */
  readonly firstCpuMs: number;
  /** Events the ledger then holds: those the feeds tell, and those that relatives inherit. */
  readonly events: { readonly own: number; readonly inherited: number };
  /** Conflicts that stand, by their types. */
  readonly conflicts: Readonly<Partial<Record<Conflict['type'], number>>>;
  readonly unchanged: Measured;
  /** Until what came with a read stands on the relatives too: the fastest read. */
  readonly growing: Readonly<Record<keyof typeof GROWING, Measured>>;
  readonly peakMb: number;
}

/** Run as a process: reads the feeds of so many apartments below an address, and writes a `TenantReading`. */
const [folder = '', host = '', apartments = ''] = process.argv.slice(2);
const tenant = madeTenant(Number(apartments));
const worker = new FeedWorker(folder);
const { documents, store } = worker.deps;
await worker.add(
  tenant.resources,
  tenant.feeds.map(({ id, resourceId, platform }) => ({ id, resourceId, platform, url: host + id })),
);
const cpuBefore = process.cpuUsage();
const first = await measure(pollAll);
const { user, system } = process.cpuUsage(cpuBefore);
const firstCpuMs = (user + system) / 1000;
const peak = peakMb();
const events = await eventCounts();
const conflicts = await conflictCounts();
worker.passHours(7);
const unchanged = await measure(pollAll);
const growing = {
  apartment: await readGrowing(GROWING.apartment),
  room: await readGrowing(GROWING.room),
  ten: await readGrowing(GROWING.ten),
};
await worker.close();
const reading: TenantReading = { first, firstCpuMs, events, conflicts, unchanged, growing, peakMb: peak };
process.stdout.write(JSON.stringify(reading));

async function pollAll(): Promise<void> {
  const read = await worker.poll();
  if (read !== tenant.feeds.length) throw new Error(`${read} feeds were read`);
}

async function measure(work: () => Promise<void>): Promise<Measured> {
  worker.meter.reset();
  const ms = await timed(work);
  return { ms, cost: costOf(worker.meter.snapshot()) };
}

/** Reads a feed that tells more each time, by itself. @throws Error when its relatives do not have that then. */
async function readGrowing({ feedId, stays, relatives }: GrowingFeed): Promise<Measured> {
  let fastest: Measured | undefined;
  for (const [round, added] of stays.entries()) {
    await worker.moveTo(feedId, `${host}${feedId}-${round}`);
    const measured = await measure(() => syncFeed({ tenantId: TENANT, feedId }, worker.deps));
    if (!fastest || measured.ms < fastest.ms) fastest = measured;
    for (const resourceId of relatives) {
      const held = new Set((await eventsOf(resourceId)).map(({ start, end }) => `${start}/${end}`));
      const missing = added.filter(({ start, end }) => !held.has(`${start}/${end}`));
      if (missing.length > 0) throw new Error(`${resourceId} does not have ${missing.length} stays of its relative`);
    }
  }
  return fastest as Measured;
}

async function eventsOf(resourceId: string): Promise<LedgerEvent[]> {
  const where = [{ field: 'resourceId', op: '==', value: resourceId }] as const;
  return (await store.events.query(documents, TENANT, { where })).filter(holdsTime);
}

async function eventCounts(): Promise<TenantReading['events']> {
  let [own, inherited] = [0, 0];
  for await (const page of store.events.each(documents, TENANT)) {
    for (const event of page.filter(holdsTime)) isOwn(event) ? own++ : inherited++;
  }
  return { own, inherited };
}

async function conflictCounts(): Promise<TenantReading['conflicts']> {
  const counts: Partial<Record<Conflict['type'], number>> = {};
  for await (const page of store.conflicts.each(documents, TENANT)) {
    for (const { type, resolvedBy } of page) {
      if (resolvedBy !== 'overlap-ended') counts[type] = (counts[type] ?? 0) + 1;
    }
  }
  return counts;
}
