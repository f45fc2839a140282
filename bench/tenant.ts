import { type FeedHost, startFeedHost } from './feeds/feed-host.ts';
import type { Measured } from './feeds/measure-size.ts';
import type { Benchmark, BenchmarkOptions, Figure } from './figure.ts';
import { inProcess } from './in-process.ts';
import type { Cost } from './metered-studio.ts';
import { feedBody } from './tenant/feed-body.ts';
import { ENTRIES, GROWING, type MadeFeed, madeTenant } from './tenant/made-tenant.ts';
import type { TenantReading } from './tenant/measure-tenant.ts';

const APARTMENTS = 10;
const QUICK_APARTMENTS = 3;
/** The designs we answer to ask for 100 events a second. */
const MOST_MS_AN_EVENT = 10;
/** For each feed: finding it due, and reading it. */
const UNCHANGED = { reads: 2, writes: 1, deletes: 0 };
/** Whatever the number of feeds, the schedule also asks once for hosts that are not well. */
const READS_A_FIRING = 1;

/**
 * A tenant with ten apartments of three rooms, each of these 40 resources sold on four platforms: all 160 feeds are due
 * at once, to one worker. Much of what a platform shows is what others sold; some nights are sold twice.
 */
export const tenant: Benchmark = {
  name: 'tenant',
  async run(options) {
    const host = await startFeedHost();
    try {
      const alone = await readTenant(1, host, options);
      const apartments = options.quick ? QUICK_APARTMENTS : APARTMENTS;
      return figuresOf(apartments, await readTenant(apartments, host, options), alone);
    } finally {
      await host.close();
    }
  },
};

async function readTenant(apartments: number, host: FeedHost, options: BenchmarkOptions): Promise<TenantReading> {
  const { feeds } = madeTenant(apartments);
  options.progress(`${apartments} apartments, ${feeds.length} feeds of ${ENTRIES} entries`);
  for (const { id, platform, entries } of feeds) {
    if (entries.length !== ENTRIES) throw new Error(`${id} has ${entries.length} entries`);
    host.replace(id, feedBody(platform, entries));
  }
  for (const { feedId, stays } of Object.values(GROWING)) {
    const { platform, entries } = feeds.find(({ id }) => id === feedId) as MadeFeed;
    for (const round of stays.keys()) {
      host.replace(`${feedId}-${round}`, feedBody(platform, [...entries, ...stays.slice(0, round + 1).flat()]));
    }
  }
  const program = new URL('tenant/measure-tenant.ts', import.meta.url);
  return inProcess<TenantReading>(program, [host.url, String(apartments)], options);
}

function figuresOf(apartments: number, found: TenantReading, alone: TenantReading): Figure[] {
  const { feeds, sold } = madeTenant(apartments);
  const entries = feeds.length * ENTRIES;
  const { first, unchanged, growing, conflicts, events } = found;
  const eachMs = first.ms / entries;
  const [cpuMs, aloneCpuMs] = [found.firstCpuMs / entries, alone.firstCpuMs / (entries / apartments)];
  const missed = {
    twice: sold.twice - (conflicts['double-booking'] ?? 0),
    withApartment: sold.withApartment - (conflicts['parent-child'] ?? 0),
  };
  const { reads, writes, deletes } = unchanged.cost;
  const ofFeeds = { reads: reads - READS_A_FIRING, writes, deletes };
  const figures: Figure[] = [
    { name: 'first read of all', measured: { s: first.ms / 1000, perSecond: entries / (first.ms / 1000) } },
    { name: 'an entry, time', measured: { ms: eachMs }, unit: 'ms', atMost: { ms: MOST_MS_AN_EVENT } },
    { name: 'an entry, processor time', measured: { ms: cpuMs }, unit: 'ms' },
    { name: 'an entry, processor time against that of one property', measured: { ratio: cpuMs / aloneCpuMs } },
    { name: 'an entry, documents', measured: perUnit(first.cost, entries) },
    { name: 'events held', measured: { ...events } },
    { name: 'conflicts recorded', measured: { ...conflicts } },
    { name: 'sold twice and not found', measured: missed, atMost: { twice: 0, withApartment: 0 } },
    { name: 'all unchanged, a feed', measured: perUnit(ofFeeds, feeds.length), atMost: UNCHANGED },
    { name: 'all unchanged', measured: { s: unchanged.ms / 1000 } },
    ...growthFigures('a stay more on an apartment', growing.apartment, 1),
    ...growthFigures('a stay more on a room', growing.room, 1),
    ...growthFigures('ten stays more on an apartment, each', growing.ten, 10),
    { name: 'peak memory of the worker', measured: { peak: found.peakMb }, unit: 'MB', atMost: { peak: 512 } },
  ];
  return figures.map((figure) => ({
    ...figure,
    name: `${apartments} properties, ${feeds.length} feeds: ${figure.name}`,
  }));
}

function growthFigures(what: string, { ms, cost }: Measured, stays: number): Figure[] {
  return [
    { name: what, measured: perUnit(cost, stays) },
    { name: `${what}, until it stands on the relatives`, measured: { ms: ms / stays }, unit: 'ms' },
  ];
}

function perUnit({ reads, writes, deletes }: Omit<Cost, 'tasks'>, units: number) {
  return { reads: reads / units, writes: writes / units, deletes: deletes / units };
}
