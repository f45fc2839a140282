import { timed } from '../timed.ts';
import { FeedWorker, ofOwnResource, peakMb } from './feed-worker.ts';

/** What many feeds that are due at once take. */
export interface FeedBurst {
  readonly firstSeconds: number;
  readonly unchangedSeconds: number;
  readonly peakMb: number;
}

/** Run as a process: reads the feeds `0`, `1`, … below an address, twice, and writes a `FeedBurst`. */
const [folder = '', host = '', count = ''] = process.argv.slice(2);
const worker = new FeedWorker(folder);
const all = Array.from({ length: Number(count) }, (_, index) => ofOwnResource(`feed-${index}`, `${host}${index}`));
await worker.add(
  all.map(([resource]) => resource),
  all.map(([, feed]) => feed),
);
const firstSeconds = await pollAll();
worker.passHours(7);
const unchangedSeconds = await pollAll();
await worker.close();
process.stdout.write(JSON.stringify({ firstSeconds, unchangedSeconds, peakMb: peakMb() } satisfies FeedBurst));

async function pollAll(): Promise<number> {
  let read = 0;
  const ms = await timed(async () => {
    read = await worker.poll();
  });
  if (read !== Number(count)) throw new Error(`${read} feeds were read`);
  return ms / 1000;
}
