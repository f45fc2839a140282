import { describeFailure } from '@dovetail/sandbox/simulation/describe-failure.ts';
import { DIRECTED_HISTORIES } from '@dovetail/sandbox/simulation/directed/directed-histories.ts';
import { EDIT_KINDS } from '@dovetail/sandbox/simulation/draw-edit.ts';
import { historyOf } from '@dovetail/sandbox/simulation/history.ts';
import { runHistory } from '@dovetail/sandbox/simulation/run-history.ts';
import { shrink } from '@dovetail/sandbox/simulation/shrink.ts';
import { describe, expect, it } from 'vitest';

/** The seeds of these histories; `npm run simulate` plays others. */
const SEEDS = Array.from({ length: 200 }, (_, index) => index + 1);
const SHRINKING_MS = 20_000;

it('whatever is edited on either side, and whatever fails meanwhile, both sides agree in the end', async () => {
  const made = new Set<string>();
  for (const seed of SEEDS) {
    const history = historyOf(seed);
    const outcome = await runHistory(history);
    if (outcome.wrong.length > 0) expect.fail(describeFailure(await shrink(history, outcome, SHRINKING_MS)));
    for (const kind of outcome.kindsMade) made.add(kind);
  }
  // What can never be done is not tried, however often it is drawn.
  expect([...made].sort()).toEqual([...EDIT_KINDS].sort());
}, 180_000);

it.each([
  { way: 'without a wire', seed: 6 },
  { way: 'over the wire', seed: 27 },
])(
  'plays the history of a seed the same way each time, $way',
  async ({ way, seed }) => {
    const history = historyOf(seed);
    expect(history.isOverWire).toBe(way === 'over the wire');
    const [once, again] = [await runHistory(history), await runHistory(history)];
    expect(again.trace).toEqual(once.trace);
    expect(once.editsMade).toBeGreaterThan(3);
    expect(once.wrong).toEqual([]);
  },
  60_000,
);

describe('histories in which somebody edits at the wrong moment', () => {
  it.each(DIRECTED_HISTORIES.map((directed) => [directed.name, directed] as const))(
    '%s',
    async (_, { histories, isAllMade }) => {
      for (const history of histories) {
        const { wrong, editsMade } = await runHistory(history);
        const steps = history.rounds.flatMap((round) => round.steps);
        expect(wrong, `seed ${history.seed}, after ${JSON.stringify(steps)}`).toEqual([]);
        if (isAllMade) expect(editsMade, `edits made with seed ${history.seed}`).toBe(steps.length);
      }
    },
    60_000,
  );
});
