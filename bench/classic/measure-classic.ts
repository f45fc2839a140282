import { holdsTime } from '@dovetail/core/domain/event.ts';
import { instantOf, msOf } from '@dovetail/core/domain/interval.ts';
import { FeedWorker, ofOwnResource, TENANT } from '../feeds/feed-worker.ts';
import { type Cost, costOf } from '../metered-studio.ts';
import { timed } from '../timed.ts';
import { ClassicSync } from './classic-sync.ts';

/** What one poll of one design took, and how many times are held after it. */
export interface Polled {
  readonly ms: number;
  readonly cost: Cost;
  readonly held: number;
}

/** What both designs came to after each poll, in the order of the addresses. */
export type Polls = readonly { readonly ours: Polled; readonly classic: Polled }[];

/**
 * Run as a process: reads the feeds at these addresses, which are one feed as time goes by, once by each of the two
 * designs in turn, over one store, and writes the `Polls`.
 */
const [folder = '', ...urls] = process.argv.slice(2);
const worker = new FeedWorker(folder);
const classic = new ClassicSync(worker.deps.documents);
const [resource, feed] = ofOwnResource('feed', urls[0] ?? '');
await worker.add([resource], [feed]);
const polls: Polls[number][] = [];
for (const [index, url] of urls.entries()) {
  if (index > 0) await worker.moveTo('feed', url);
  polls.push({
    ours: await measure(() => worker.poll(), heldByUs),
    classic: await measure(
      () => classic.poll(url),
      () => classic.held(),
    ),
  });
  worker.passHours(7);
}
await worker.close();
process.stdout.write(JSON.stringify(polls satisfies Polls));

async function measure(poll: () => Promise<unknown>, held: () => Promise<readonly string[]>): Promise<Polled> {
  worker.meter.reset();
  const ms = await timed(poll);
  const cost = costOf(worker.meter.snapshot());
  return { ms, cost, held: new Set(await held()).size };
}

async function heldByUs(): Promise<string[]> {
  const starts: string[] = [];
  for await (const page of worker.deps.store.events.each(worker.deps.documents, TENANT)) {
    starts.push(...page.filter(holdsTime).map(({ start }) => instantOf(msOf(start))));
  }
  return starts;
}
