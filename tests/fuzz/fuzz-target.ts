import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { FuzzReport, ReportedFinding, SlowInput } from './finding.ts';
import type { WorkerMessage, WorkerTask } from './fuzz-worker.ts';
import { Progress } from './progress.ts';
import { replayCommand } from './replay-command.ts';
import type { TargetName } from './targets.ts';

export interface FuzzOptions {
  readonly target: TargetName;
  readonly seed: number;
  /** So many plays, or for so many milliseconds. */
  readonly plays?: number;
  readonly milliseconds?: number;
  readonly path?: string;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/** A thread that plays one input for longer than this is ended. */
const HANGS_AFTER_MS = 20_000;
const LOOK_EVERY_MS = 200;

/**
 * Plays inputs of one target in a thread of its own, which is watched: also one that never comes back is found. Loading
 * the target counts for no time.
 */
export async function fuzzTarget(options: FuzzOptions): Promise<FuzzReport> {
  const { target, seed, milliseconds = Number.POSITIVE_INFINITY, signal } = options;
  const progress = new Progress();
  const findings: ReportedFinding[] = [];
  let slowest: SlowInput | undefined;
  let opened: number | undefined;
  const elapsed = () => (opened === undefined ? 0 : performance.now() - opened);
  const mustEnd = () => signal?.aborted === true || elapsed() > milliseconds;
  const take = (message: WorkerMessage) => {
    if (message.type === 'opened') opened ??= performance.now();
    else if (message.type === 'finding') findings.push(message.finding);
    else if (message.slowest.cpu > (slowest?.cpu ?? 0)) slowest = message.slowest;
  };
  for (let from: number | undefined = 0; from !== undefined && !mustEnd(); ) {
    from = await playFrom(from, options, progress, mustEnd, take);
    if (from !== undefined) findings.push(hanging(target, seed, progress));
  }
  return { target, inputs: progress.inputs, elapsed: elapsed(), slowest, findings: withoutSame(findings) };
}

function hanging(target: TargetName, seed: number, { place }: Progress): ReportedFinding {
  return {
    ...{ target, key: 'hangs', detail: `It did not come back within ${HANGS_AFTER_MS / 1000} s.` },
    input: `play ${place.play} of batch ${place.batch} of seed ${seed}`,
    command: replayCommand(target, place.seed, String(place.play)),
  };
}

/** Has a thread play from a batch on. Answers with the next batch when that thread hung and had to be ended. */
async function playFrom(
  from: number,
  { target, seed, plays, path }: FuzzOptions,
  progress: Progress,
  mustEnd: () => boolean,
  onMessage: (message: WorkerMessage) => void,
): Promise<number | undefined> {
  const task: WorkerTask = {
    ...{ target, seed, from, progress: progress.buffer },
    ...(plays !== undefined && { plays }),
    ...(path !== undefined && { path }),
  };
  progress.end();
  const worker = new Worker(new URL('./fuzz-worker.ts', import.meta.url), { workerData: task });
  worker.on('message', onMessage);
  let hung = false;
  const watch = setInterval(() => {
    if (mustEnd()) progress.stop();
    const { playingSince } = progress;
    if (playingSince === 0 || Date.now() - playingSince < HANGS_AFTER_MS) return;
    hung = true;
    void worker.terminate();
  }, LOOK_EVERY_MS);
  try {
    await once(worker, 'exit');
  } finally {
    clearInterval(watch);
  }
  return hung ? progress.place.batch + 1 : undefined;
}

/** A thread that begins anew knows nothing of what was found before. */
function withoutSame(findings: readonly ReportedFinding[]): ReportedFinding[] {
  return [...new Map(findings.map((finding) => [finding.key, finding])).values()];
}
