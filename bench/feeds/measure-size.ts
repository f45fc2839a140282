import { type Cost, costOf } from '../metered-studio.ts';
import { timed } from '../timed.ts';
import { FeedWorker, ofOwnResource, peakMb } from './feed-worker.ts';

/** What one feed of some size costs. */
export interface FeedSize {
  readonly firstMs: number;
  readonly notModified: Measured;
  /** Sent whole, stamped anew. */
  readonly sentAgain: Measured;
  readonly oneChanged: Measured;
  readonly peakMb: number;
}

export interface Measured {
  readonly ms: number;
  readonly cost: Cost;
}

/** Run as a process: reads the feeds at these addresses, which are one feed in three states, and writes a `FeedSize`. */
const [folder = '', url = '', again = '', changed = ''] = process.argv.slice(2);
const worker = new FeedWorker(folder);
const [resource, feed] = ofOwnResource('feed', url);
await worker.add([resource], [feed]);
const firstMs = await timed(() => worker.poll());
const peak = peakMb();
const notModified = await measure();
await worker.moveTo('feed', again);
const sentAgain = await measure();
await worker.moveTo('feed', changed);
const oneChanged = await measure();
await worker.close();
process.stdout.write(JSON.stringify({ firstMs, notModified, sentAgain, oneChanged, peakMb: peak } satisfies FeedSize));

async function measure(): Promise<Measured> {
  worker.passHours(7);
  worker.meter.reset();
  const ms = await timed(() => worker.poll());
  return { ms, cost: costOf(worker.meter.snapshot()) };
}
