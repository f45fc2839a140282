import { parentPort, workerData } from 'node:worker_threads';
import type { ReportedFinding, SlowInput } from './finding.ts';
import { playBatch } from './play-batch.ts';
import { Progress } from './progress.ts';
import { replayCommand } from './replay-command.ts';
import { TARGETS, type TargetName } from './targets.ts';

/** What a thread is to play. */
export interface WorkerTask {
  readonly target: TargetName;
  readonly seed: number;
  /** The batch to begin with. */
  readonly from: number;
  /** Absent: until it is stopped. */
  readonly plays?: number;
  /** One input of the seed's first batch, instead. */
  readonly path?: string;
  readonly progress: SharedArrayBuffer;
}

/** What a thread says meanwhile; it ends when there is no more to play. */
export type WorkerMessage =
  | { readonly type: 'finding'; readonly finding: ReportedFinding }
  | { readonly type: 'slowest'; readonly slowest: SlowInput }
  | { readonly type: 'opened' };

export const BATCH = 50;

const { target: name, seed: first, from, plays, path, progress: buffer } = workerData as WorkerTask;
const progress = new Progress(buffer);
const known = new Set<string>();
let slowestCpu = 0;

for (let number = from; !progress.stopped; number++) {
  const left = plays === undefined ? BATCH : plays - number * BATCH;
  if (left <= 0 || (path !== undefined && number > from)) break;
  const batch = {
    number,
    seed: seedOfBatch(first, number),
    plays: Math.min(left, BATCH),
    ...(path !== undefined && { path }),
  };
  const target = await TARGETS[name]().then((loaded) => loaded.open());
  tell({ type: 'opened' });
  try {
    const { slowest, failure } = await playBatch(target, batch, known, progress);
    if (slowest && slowest.cpu > slowestCpu) {
      slowestCpu = slowest.cpu;
      const { label, cpu, play } = slowest;
      tell({ type: 'slowest', slowest: { label, cpu, command: replayCommand(name, batch.seed, String(play)) } });
    }
    if (failure) {
      const { finding, input } = failure;
      known.add(finding.key);
      const command = replayCommand(name, batch.seed, failure.path);
      tell({ type: 'finding', finding: { target: name, key: finding.key, detail: finding.message, input, command } });
    }
  } finally {
    await target.close();
  }
}

function tell(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

/** The first batch has the seed itself, so that one batch can be played again by its own. */
function seedOfBatch(seed: number, number: number): number {
  if (number === 0) return seed;
  return (Math.imul(seed ^ Math.imul(number, 0x9e3779b1), 0x85ebca6b) ^ number) >>> 1;
}
