import { describeFailure } from '@dovetail/sandbox/simulation/describe-failure.ts';
import { EDIT_KINDS } from '@dovetail/sandbox/simulation/draw-edit.ts';
import { type Edit, historyOf } from '@dovetail/sandbox/simulation/history.ts';
import { runHistory } from '@dovetail/sandbox/simulation/run-history.ts';
import { shrink } from '@dovetail/sandbox/simulation/shrink.ts';
import { CALM } from '@dovetail/sandbox/simulation/weather.ts';
import { expect, it } from 'vitest';

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

it('takes no event for deleted that is dragged back while it is being looked for where it was dragged to', async () => {
  for (let afterMs = 1_200; afterMs < 2_400; afterMs += 36) {
    const edits: readonly (readonly [number, Edit])[] = [
      [0, { do: 'book', bay: 2, slot: { day: 0, hour: 1, hours: 1 }, title: 'Lesson' }],
      [180_000, { do: 'calendar-bay', which: 0 }],
      [afterMs, { do: 'calendar-bay', which: 0 }],
    ];
    const steps = edits.map(([wait, edit], number) => ({ number, afterMs: wait, edit }));
    const { wrong, editsMade } = await runHistory({ seed: afterMs, rounds: [{ rates: CALM, steps }] });
    expect(editsMade).toBe(3);
    expect(wrong, `dragged back after ${afterMs} ms`).toEqual([]);
  }
}, 60_000);
