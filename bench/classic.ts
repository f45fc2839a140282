import type { Polled, Polls } from './classic/measure-classic.ts';
import { feedOf, startFeedHost } from './feeds/feed-host.ts';
import type { Benchmark, Figure } from './figure.ts';
import { inProcess } from './in-process.ts';
import type { Cost } from './metered-studio.ts';

const SIZES = [100, 1_000, 10_000] as const;
const LATER = '20270602T120000Z';
const EMPTY = feedOf(0, 'feed');
const ERROR_PAGE = '<!doctype html><title>Sorry</title><p>We will be back soon.</p>';

/**
 * Our feeds against the classic design, which writes every entry it reads under its UID and deletes what it no longer
 * reads: the same feed, store and process, as the feed is sent again, changes, goes empty by mistake, is an error page
 * for once, and gives all its entries new UIDs.
 */
export const classic: Benchmark = {
  name: 'classic',
  async run(options) {
    const host = await startFeedHost();
    try {
      const figures: Figure[] = [];
      for (const size of SIZES) {
        options.progress(`a feed of ${size} events`);
        const bodies = statesOf(size);
        for (const [index, body] of bodies.entries()) host.replace(`plain-${index}`, body);
        const urls = bodies.map((_, index) => `${host.url}plain-${index}`);
        const polls = await inProcess<Polls>(new URL('classic/measure-classic.ts', import.meta.url), urls, options);
        figures.push(...compare(size, polls));
      }
      return figures;
    } finally {
      await host.close();
    }
  },
};

function statesOf(size: number): string[] {
  const asItIs = feedOf(size, 'feed');
  const changed = feedOf(size, 'feed', LATER, size >> 1);
  return [asItIs, feedOf(size, 'feed', LATER), changed, EMPTY, changed, ERROR_PAGE, changed, feedOf(size, 'renamed')];
}

function compare(size: number, [first, again, changed, empty, , error, , renamed]: Polls): Figure[] {
  if (!first || !again || !changed || !empty || !error || !renamed) throw new Error('a poll is missing');
  if (first.ours.held !== size || first.classic.held !== size) throw new Error(`not all of ${size} events were held`);
  const freed = (poll: Polls[number]) => ({ ours: size - poll.ours.held, classic: size - poll.classic.held });
  const named = (what: string) => `${size} events: ${what}`;
  return [
    { name: named('first read, time against it'), measured: { ratio: first.ours.ms / first.classic.ms } },
    ...against(named('sent again'), again),
    ...against(named('one changed'), changed),
    { name: named('empty by mistake, times freed'), measured: freed(empty), atMost: { ours: 0 } },
    { name: named('an error page, times freed'), measured: freed(error), atMost: { ours: 0 } },
    { name: named('all UIDs new, times freed'), measured: freed(renamed), atMost: { ours: 0 } },
    ...against(named('all UIDs new'), renamed),
  ];
}

function against(name: string, { ours, classic: peer }: Polls[number]): Figure[] {
  const [mine, theirs] = [operationsOf(ours), operationsOf(peer)];
  return [
    {
      name: `${name}, operations`,
      measured: { ours: mine, classic: theirs, ratio: mine / theirs },
      atMost: { ratio: 1 },
    },
    { name: `${name}, time against it`, measured: { ratio: ours.ms / peer.ms } },
  ];
}

function operationsOf({ cost }: Polled): number {
  const { reads, writes, deletes }: Cost = cost;
  return reads + writes + deletes;
}
