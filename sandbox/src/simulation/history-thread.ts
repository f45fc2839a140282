import { parentPort } from 'node:worker_threads';
import { describeFailure } from './describe-failure.ts';
import { drawHistory, playHistory } from './families.ts';
import type { Asked, Played } from './play-histories.ts';
import { shrink } from './shrink.ts';

/** The thread that plays the histories `playHistories` asks for, one at a time. */
const SHRINKING_MS = 30_000;

parentPort?.on('message', async ({ seed, choice }: Asked) => {
  const history = drawHistory(seed, choice);
  const outcome = await playHistory(history);
  const failure = outcome.wrong.length === 0 ? null : describeFailure(await shrink(history, outcome, SHRINKING_MS));
  parentPort?.postMessage({ editsMade: outcome.editsMade, failure } satisfies Played);
});
