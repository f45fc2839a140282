import { statSync } from 'node:fs';
import { join } from 'node:path';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import { enqueueDueFeeds } from '@dovetail/core/sync/feeds/enqueue-due-feeds.ts';
import { FeedWorker, ofOwnResource } from '../feeds/feed-worker.ts';
import { type Cost, costOf, share } from '../metered-studio.ts';

/** What one poll of one feed takes, each its share of the schedule's firing included. */
export interface PollCosts {
  readonly unchanged: PollCost;
  readonly changed: PollCost;
  /** Milliseconds of one processor to find a feed due and ask for its read. */
  readonly findingMs: number;
  /** Bytes that the store grows by for a feed and what it holds. */
  readonly storedBytes: number;
}

export interface PollCost {
  readonly cost: Cost;
  /** Milliseconds of one processor. */
  readonly cpuMs: number;
}

/** Run as a process: reads so many feeds, first at one address, then each at a second, and writes the `PollCosts`. */
const [folder = '', host = '', count = '0'] = process.argv.slice(2);
const worker = new FeedWorker(folder);
const ids = Array.from({ length: Number(count) }, (_, index) => `f${index}`);
const added = ids.map((id) => ofOwnResource(id, `${host}plain-first-${id}`));
await worker.add(
  added.map(([resource]) => resource),
  added.map(([, feed]) => feed),
);
await worker.poll();
const storedBytes = statSync(join(folder, 'feeds.sqlite')).size / ids.length;
// The first polls after the reading are those of a process that is warm.
await measure();
// Nobody reads what is asked for here.
const unread = { ...worker.deps, tasks: { enqueue: async () => 'created' as const } };
const findingMs = await cpuOf(() => enqueueDueFeeds(instantOf(worker.now), unread), 7);
const unchanged = await measure();
for (const id of ids) await worker.moveTo(id, `${host}plain-changed-${id}`);
const changed = await measure();
await worker.close();
process.stdout.write(JSON.stringify({ unchanged, changed, findingMs, storedBytes } satisfies PollCosts));

async function measure(): Promise<PollCost> {
  worker.meter.reset();
  let polled = 0;
  const cpuMs = await cpuOf(async () => {
    polled = await worker.poll();
  }, 7);
  if (polled !== ids.length) throw new Error(`${polled} of ${ids.length} feeds were polled`);
  return { cost: share({ ...costOf(worker.meter.snapshot()), tasks: polled }, polled), cpuMs };
}

/** Of each feed, after `hours` more have passed. */
async function cpuOf(work: () => Promise<unknown>, hours: number): Promise<number> {
  worker.passHours(hours);
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / ids.length;
}
