import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { type Finding, findingOf } from './finding.ts';
import type { Progress } from './progress.ts';
import { type Duration, isSlow, slowFinding, timed } from './stopwatch.ts';
import type { OpenTarget, Probe } from './target.ts';

/** Plays of one seed. */
export interface Batch {
  readonly number: number;
  readonly seed: number;
  readonly plays: number;
  /** Of a finding that is to be seen again. */
  readonly path?: string;
}

export interface BatchOutcome {
  readonly slowest: (Duration & { readonly play: number }) | undefined;
  readonly failure: { readonly finding: Finding; readonly input: string; readonly path: string } | undefined;
}

/** For so long a smaller input is looked for that shows the same. */
const SHRINKING_MS = 15_000;

/**
 * Plays inputs until one is a finding whose key is not among `known`, and makes that one smaller. The same seed plays
 * the same inputs.
 */
export async function playBatch(
  target: OpenTarget<unknown>,
  batch: Batch,
  known: ReadonlySet<string>,
  progress: Progress,
): Promise<BatchOutcome> {
  let play = Number.parseInt(batch.path ?? '0', 10) - 1;
  let slowest: BatchOutcome['slowest'];
  let first: { readonly key: string; readonly at: number } | undefined;
  let last: Finding | undefined;
  const property = fc.asyncProperty(target.inputs, async (input) => {
    if (first === undefined) play++;
    if (progress.stopped || (first && performance.now() - first.at > SHRINKING_MS)) return;
    progress.begin({ batch: batch.number, seed: batch.seed, play });
    const finding = await findingAt(target, input, (duration) => {
      if (first) return;
      progress.count();
      if (duration.cpu > (slowest?.cpu ?? 0)) slowest = { ...duration, play };
    });
    progress.end();
    if (!finding || known.has(finding.key) || finding.key !== (first?.key ?? finding.key)) return;
    first ??= { key: finding.key, at: performance.now() };
    last = finding;
    throw finding;
  });
  const { seed, path } = batch;
  const numRuns = path === undefined ? batch.plays : 1;
  const result = await fc.check(property, { seed, numRuns, ...(path !== undefined && { path }) });
  if (!result.failed || !last) return { slowest, failure: undefined };
  const input = target.show(result.counterexample?.[0]);
  return { slowest, failure: { finding: last, input, path: result.counterexamplePath ?? '' } };
}

/** What is wrong after an input, if anything. What was slow once is so only if it is again. */
async function findingAt(
  target: OpenTarget<unknown>,
  input: unknown,
  onTimed: (duration: Duration) => void,
): Promise<Finding | undefined> {
  const slow = await findingIn(target, input, onTimed);
  return slow?.key.startsWith('slow: ') ? findingIn(target, input, () => undefined) : slow;
}

async function findingIn(
  target: OpenTarget<unknown>,
  input: unknown,
  onTimed: (duration: Duration) => void,
): Promise<Finding | undefined> {
  const probe: Probe = {
    async time(label, work) {
      const { value, ...duration } = await timed(label, work);
      onTimed(duration);
      if (isSlow(duration)) throw slowFinding(duration);
      return value;
    },
  };
  const unhandled: unknown[] = [];
  const notice = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', notice).on('uncaughtException', notice);
  try {
    await target.play(input, probe);
    // Rejections that nobody handles are told after the present turn.
    await setImmediate();
    return unhandled.length === 0 ? undefined : findingOf(unhandled[0]);
  } catch (error) {
    return findingOf(error);
  } finally {
    process.off('unhandledRejection', notice).off('uncaughtException', notice);
  }
}
