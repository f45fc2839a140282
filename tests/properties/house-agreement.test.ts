import { describeFailure } from '@dovetail/sandbox/simulation/describe-failure.ts';
import {
  type HouseEdit,
  type HouseHistory,
  type HousePlan,
  houseHistoryOf,
} from '@dovetail/sandbox/simulation/houses/house-history.ts';
import { runHouse } from '@dovetail/sandbox/simulation/houses/run-house.ts';
import { shrink } from '@dovetail/sandbox/simulation/shrink.ts';
import { CALM } from '@dovetail/sandbox/simulation/weather.ts';
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

const HOUR_MS = 3_600_000;
const PLAN: HousePlan = {
  ...{ listings: ['plain'], rings: false, rule: 'each', bookingIds: 'kept', hasTail: false },
};

/** What is done one hour after the other, or as long after as is told, and nothing fails. */
function hourly(plan: HousePlan, edits: readonly HouseEdit[], afterMs = HOUR_MS): HouseHistory {
  const steps = edits.map((edit, number) => ({ number, afterMs, edit }));
  return { family: 'houses', seed: 1, plan, rounds: [{ rates: CALM, steps }] };
}

const OWN: HouseEdit = { do: 'own-add', isAllDay: true, from: 13, nights: 3 };
const FREED: HouseEdit = { do: 'release', which: 0 };

it.each([
  ['marked as free on it', { do: 'own-free', which: 0 }],
  ['deleted from it', { do: 'own-delete', which: 0 }],
] as const)('takes nothing for held that staff have freed and that their calendar has %s', async (_, last) => {
  const { wrong, editsMade } = await runHouse(hourly({ ...PLAN, calendarOf: 'sol' }, [OWN, FREED, last]));
  expect({ wrong, editsMade }).toEqual({ wrong: [], editsMade: 3 });
});

it('lets go of nights of an event that was moved, though another that staff have freed has them still', async () => {
  const moved: HouseEdit = { do: 'own-move', which: 1, from: 20, nights: 2 };
  const { wrong, editsMade } = await runHouse(hourly({ ...PLAN, calendarOf: 'sol' }, [OWN, FREED, OWN, moved]));
  expect({ wrong, editsMade }).toEqual({ wrong: [], editsMade: 4 });
});

it('takes a stay for called off that its feed says to be, were those even the words about an earlier one', async () => {
  const sold: HouseEdit = { do: 'sell', listing: 'plain', from: 13, nights: 4 };
  const edits: readonly HouseEdit[] = [sold, { do: 'call-off', which: 0 }, sold, { do: 'cancel', which: 0 }];
  const { wrong, editsMade } = await runHouse(hourly(PLAN, edits));
  expect({ wrong, editsMade }).toEqual({ wrong: [], editsMade: 4 });
});

it('lets go of a stay that is listed as one with its neighbour, when staff have freed the time of both', async () => {
  const stays = { do: 'sell', listing: 'booking' } as const;
  const edits: readonly HouseEdit[] = [
    { ...stays, from: 9, nights: 1 },
    { ...stays, from: 12, nights: 3 },
    { do: 'move', which: 0, from: 9, nights: 3 },
    FREED,
    ...Array.from({ length: 6 }, (): HouseEdit => ({ do: 'sync', listing: 'booking' })),
  ];
  const plan: HousePlan = { ...PLAN, listings: ['booking'], bookingIds: 'anew-when-changed' };
  const { wrong, editsMade } = await runHouse(hourly(plan, edits));
  expect({ wrong, editsMade }).toEqual({ wrong: [], editsMade: edits.length });
});

it('never misses a stay that has begun, however long its feed does not show it', async () => {
  const sold: HouseEdit = { do: 'sell', listing: 'plain', from: 0, nights: 4 };
  const { wrong, editsMade } = await runHouse(hourly(PLAN, [sold, { do: 'cancel', which: 0 }]));
  expect({ wrong, editsMade }).toEqual({ wrong: [], editsMade: 2 });
});

it('leaves nothing behind on a calendar that is taken and freed again within a second, whoever writes last', async () => {
  const edits: readonly HouseEdit[] = [
    { do: 'sell', listing: 'plain', from: 13, nights: 2 },
    { do: 'block', room: 'kaya', from: 13, nights: 2 },
    { do: 'unblock', which: 0 },
    // One room alone counts for a moment before none does.
    { do: 'relate', rule: 'none' },
  ];
  const history = hourly({ ...PLAN, calendarOf: 'house', rule: 'all' }, edits);
  for (let seed = 1; seed <= 40; seed++) {
    const { wrong } = await runHouse({ ...history, seed });
    expect(wrong, `with the chances of seed ${seed}`).toEqual([]);
  }
}, 60_000);

it('takes no stay for what its platform repeats of an earlier one of its own, which staff have freed', async () => {
  const sync: HouseEdit = { do: 'sync', listing: 'booking' };
  const edits: readonly HouseEdit[] = [
    { do: 'sell', listing: 'booking', from: 19, nights: 1 },
    { do: 'sell', listing: 'booking', from: 20, nights: 5 },
    { do: 'import', listing: 'booking' },
    { do: 'cancel', which: 1 },
    { do: 'release', which: 1 },
    { do: 'move', which: 0, from: 22, nights: 1 },
    ...[sync, sync, sync, sync],
    { do: 'cancel', which: 0 },
  ];
  const plan: HousePlan = { ...PLAN, listings: ['booking'], rings: true };
  const { wrong, editsMade } = await runHouse(hourly(plan, edits, HOUR_MS / 2));
  expect({ wrong, editsMade }).toEqual({ wrong: [], editsMade: edits.length });
});

it('has staff free nothing by a decision that its feed has let go of already: there is nothing to hold again', async () => {
  const edits: readonly HouseEdit[] = [
    { do: 'sell', listing: 'vrbo', from: 13, nights: 4 },
    { do: 'sell', listing: 'plain', from: 13, nights: 2 },
    { do: 'resolve', which: 0 },
    { do: 'call-off', which: 1 },
    { do: 'resolve-and-release', which: 0 },
    { do: 'restore', which: 0 },
  ];
  const { wrong, editsMade } = await runHouse(hourly({ ...PLAN, listings: ['vrbo', 'plain'] }, edits));
  expect({ wrong, editsMade }).toEqual({ wrong: [], editsMade: edits.length - 1 });
});
