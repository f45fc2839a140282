import { type FeedHost, feedOf, startFeedHost } from './feeds/feed-host.ts';
import type { FeedBurst } from './feeds/measure-burst.ts';
import type { FeedSize } from './feeds/measure-size.ts';
import type { Benchmark, BenchmarkOptions, Figure } from './figure.ts';
import { inProcess } from './in-process.ts';

const SIZES = [100, 1_000, 10_000] as const;
const BURST = { feeds: 500, events: 100 } as const;
const QUICK_BURST = { feeds: 50, events: 100 } as const;
/** The designs we answer to ask for 100 events a second. */
const MOST_MS_AN_EVENT = 10;
/** Finding the feed due, and reading it. */
const UNCHANGED = { reads: 2, writes: 1, deletes: 0 };
/** Whatever the number of feeds, the schedule also asks once for hosts that are not well. */
const READS_A_FIRING = 1;

/** From the fetch of a feed to its last commit, what an unchanged poll and a small change cost, and many feeds at once. */
export const feeds: Benchmark = {
  name: 'feeds',
  async run(options) {
    const host = await startFeedHost();
    try {
      const figures: Figure[] = [];
      for (const size of SIZES) figures.push(...(await measureSize(size, host, options)));
      figures.push(...(await measureBurst(host, options)));
      return figures;
    } finally {
      await host.close();
    }
  },
};

async function measureSize(size: number, host: FeedHost, options: BenchmarkOptions): Promise<Figure[]> {
  options.progress(`a feed of ${size} events`);
  host.replace('first', feedOf(size, 'feed'));
  host.replace('plain-again', feedOf(size, 'feed', '20270602T120000Z'));
  host.replace('changed', feedOf(size, 'feed', '20270603T120000Z', size >> 1));
  const found = await inProcess<FeedSize>(
    new URL('feeds/measure-size.ts', import.meta.url),
    ['first', 'plain-again', 'changed'].map((name) => host.url + name),
    options,
  );
  const named = (what: string) => `${size} events: ${what}`;
  return [
    {
      name: named('first read, fetch to commit'),
      measured: { ms: found.firstMs, event: found.firstMs / size },
      unit: 'ms',
    },
    { name: named('peak memory of the process'), measured: { peak: found.peakMb }, unit: 'MB', atMost: { peak: 512 } },
    { name: named('not modified'), measured: billed(found.notModified.cost), atMost: UNCHANGED },
    { name: named('sent again, stamped anew'), measured: billed(found.sentAgain.cost), atMost: UNCHANGED },
    { name: named('sent again, stamped anew'), measured: { ms: found.sentAgain.ms }, unit: 'ms' },
    { name: named('one changed'), measured: billed(found.oneChanged.cost), atMost: { writes: 8, deletes: 0 } },
    { name: named('one changed'), measured: { ms: found.oneChanged.ms }, unit: 'ms' },
  ];
}

function billed({ reads, writes, deletes }: FeedSize['oneChanged']['cost']) {
  return { reads: reads - READS_A_FIRING, writes, deletes };
}

async function measureBurst(host: FeedHost, options: BenchmarkOptions): Promise<Figure[]> {
  const burst = options.quick ? QUICK_BURST : BURST;
  options.progress(`${burst.feeds} feeds of ${burst.events} events, due at once`);
  for (let index = 0; index < burst.feeds; index++) host.replace(String(index), feedOf(burst.events, `feed ${index}`));
  const found = await inProcess<FeedBurst>(
    new URL('feeds/measure-burst.ts', import.meta.url),
    [host.url, String(burst.feeds)],
    options,
  );
  const events = burst.feeds * burst.events;
  const eachMs = (found.firstSeconds * 1000) / events;
  const named = (what: string) => `${burst.feeds} feeds of ${burst.events} events at once: ${what}`;
  return [
    { name: named('first read of all'), measured: { s: found.firstSeconds, perSecond: events / found.firstSeconds } },
    { name: named('an event'), measured: { ms: eachMs }, unit: 'ms', atMost: { ms: MOST_MS_AN_EVENT } },
    {
      name: named('all unchanged'),
      measured: { s: found.unchangedSeconds, feedsPerSecond: burst.feeds / found.unchangedSeconds },
    },
    { name: named('peak memory of the worker'), measured: { peak: found.peakMb }, unit: 'MB', atMost: { peak: 512 } },
  ];
}
