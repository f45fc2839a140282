import { describeFailure } from '@dovetail/sandbox/simulation/describe-failure.ts';
import { houseHistoryOf } from '@dovetail/sandbox/simulation/houses/house-history.ts';
import { runHouse } from '@dovetail/sandbox/simulation/houses/run-house.ts';
import { shrink } from '@dovetail/sandbox/simulation/shrink.ts';
import { expect, it } from 'vitest';

/** The seeds of these histories; `npm run simulate -- --family houses` plays others. */
const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);
const SHRINKING_MS = 20_000;

it('whatever platforms show and staff decide, no night is freed that somebody has, and none is held that nobody has', async () => {
  for (const seed of SEEDS) {
    const history = houseHistoryOf(seed);
    const outcome = await runHouse(history);
    if (outcome.wrong.length > 0) expect.fail(describeFailure(await shrink(history, outcome, SHRINKING_MS)));
  }
}, 180_000);

it('plays the history of a seed the same way each time', async () => {
  const [once, again] = [await runHouse(houseHistoryOf(4)), await runHouse(houseHistoryOf(4))];
  expect(again.trace).toEqual(once.trace);
  expect(once.editsMade).toBeGreaterThan(3);
}, 60_000);
