import { feedOf, startFeedHost } from './feeds/feed-host.ts';
import type { Benchmark, Figure } from './figure.ts';
import { inProcess } from './in-process.ts';
import { limitsOf } from './scale/limits-of.ts';
import type { PollCosts } from './scale/measure-polls.ts';
import { type Month, monthOf } from './scale/month-of.ts';

const FEEDS = { full: 300, quick: 60 };
const ENTRIES = 40;
const POLL_MINUTES = 30;
const SCALES = [1_000, 1_000_000] as const;
/** Beside the two reads and the write of an unchanged poll, each has a share of the schedule's one read of hosts. */
const UNCHANGED = { reads: 2.05, writes: 1, deletes: 0, tasks: 1 };

/**
 * What feeds cost when there are many: a poll is measured, a month worked out from it, and where growth meets the first
 * limit. Platforms are taken to send their feeds whole each time, stamped anew.
 */
export const scale: Benchmark = {
  name: 'scale',
  async run(options) {
    const count = options.quick ? FEEDS.quick : FEEDS.full;
    options.progress(`${count} feeds of ${ENTRIES} entries`);
    const host = await startFeedHost();
    try {
      for (let index = 0; index < count; index++) {
        host.replace(`plain-first-f${index}`, feedOf(ENTRIES, `f${index}`));
        host.replace(`plain-changed-f${index}`, feedOf(ENTRIES, `f${index}`, '20270602T120000Z', ENTRIES >> 1));
      }
      const program = new URL('scale/measure-polls.ts', import.meta.url);
      return figuresOf(await inProcess<PollCosts>(program, [host.url, String(count)], options));
    } finally {
      await host.close();
    }
  },
};

function figuresOf(polls: PollCosts): Figure[] {
  const { unchanged, changed, findingMs, storedBytes } = polls;
  return [
    { name: 'a poll that finds nothing new', measured: { ...unchanged.cost }, atMost: UNCHANGED },
    { name: 'a poll that finds one entry changed', measured: { ...changed.cost } },
    {
      name: 'processor: finding it due, nothing new, one changed',
      measured: { due: findingMs, unchanged: unchanged.cpuMs, changed: changed.cpuMs },
      unit: 'ms',
    },
    { name: `stored for a feed of ${ENTRIES} entries`, measured: { kib: storedBytes / 1024 }, unit: 'KiB' },
    ...SCALES.flatMap((feeds) => told(feeds, monthOf(feeds, POLL_MINUTES, polls))),
    ...limitsOf(POLL_MINUTES, polls).map(({ what, feeds }) => ({ name: `limit: ${what}`, measured: { feeds } })),
  ];
}

function told(feeds: number, { operations, vcpuSeconds, usd }: Month): Figure[] {
  const millions = Object.entries({ ...operations, vcpuSeconds }).map(([what, count]) => [what, count / 1e6] as const);
  return [
    { name: `${feeds} feeds, a month`, measured: Object.fromEntries(millions), unit: 'million' },
    { name: `${feeds} feeds, a month`, measured: { ...usd }, unit: 'USD' },
  ];
}
