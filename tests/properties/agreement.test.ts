import { describeFailure } from '@dovetail/sandbox/simulation/describe-failure.ts';
import { historyOf } from '@dovetail/sandbox/simulation/history.ts';
import { runHistory } from '@dovetail/sandbox/simulation/run-history.ts';
import { shrink } from '@dovetail/sandbox/simulation/shrink.ts';
import { expect, it } from 'vitest';

/** The seeds of these histories; `npm run simulate` plays others. */
const SEEDS = Array.from({ length: 60 }, (_, index) => index + 1);
const SHRINKING_MS = 20_000;

it('whatever is edited on either side, and whatever fails meanwhile, both sides agree in the end', async () => {
  for (const seed of SEEDS) {
    const history = historyOf(seed);
    const outcome = await runHistory(history);
    if (outcome.wrong.length > 0) expect.fail(describeFailure(await shrink(history, outcome, SHRINKING_MS)));
  }
}, 180_000);

it('plays the history of a seed the same way each time', async () => {
  const [once, again] = [await runHistory(historyOf(7)), await runHistory(historyOf(7))];
  expect(again.trace).toEqual(once.trace);
  expect(once.editsMade).toBeGreaterThan(3);
}, 60_000);
