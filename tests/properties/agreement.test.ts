import { describeFailure } from '@dovetail/sandbox/simulation/describe-failure.ts';
import { EDIT_KINDS } from '@dovetail/sandbox/simulation/draw-edit.ts';
import { type Edit, type History, historyOf, type Round, type Step } from '@dovetail/sandbox/simulation/history.ts';
import { runHistory } from '@dovetail/sandbox/simulation/run-history.ts';
import { shrink } from '@dovetail/sandbox/simulation/shrink.ts';
import { CALM, type FaultRates } from '@dovetail/sandbox/simulation/weather.ts';
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

const BOOKED: Edit = { do: 'book', bay: 2, slot: { day: 0, hour: 1, hours: 1 }, title: 'Lesson' };
const SLOTS = [2, 4, 6].map((hour) => ({ day: 1, hour, hours: 1 }));
const DRAG: Edit = { do: 'calendar-bay', which: 0 };
const [MOVE, MOVE_ON, MOVE_FURTHER] = SLOTS.map((slot): Edit => ({ do: 'calendar-move', which: 0, slot })) as [
  Edit,
  Edit,
  Edit,
];
const RETITLE: Edit = { do: 'calendar-title', which: 0, title: 'Fitting' };
const RETITLE_AT_SOURCE: Edit = { do: 'system-title', which: 0, title: 'Practice' };
const DELETE: Edit = { do: 'calendar-delete', which: 0 };
const CANCEL: Edit = { do: 'system-cancel', which: 0 };
const OTHER_BAY: Edit = { do: 'system-bay', which: 0 };

/** A booking is made, its event seen, and edited again and again, as long after each other as is told. */
function edited(edits: readonly Edit[], waitMs: number, rates: Partial<FaultRates> = {}): History {
  const steps = [BOOKED, ...edits].map((edit, number) => ({ number, afterMs: waitMs, edit }));
  steps[1] = { ...(steps[1] as Step), afterMs: 180_000 };
  return { seed: waitMs, rounds: [{ rates: { ...CALM, ...rates }, steps }] };
}

it.each([
  ['dragged back while it is being looked for where it was dragged to', [DRAG, DRAG], 1_200, 2_400, 36],
  ['dragged back while the booking follows it', [DRAG, DRAG], 2_400, 6_000, 60],
  ['dragged there, back, and there again', [DRAG, DRAG, DRAG], 1_250, 6_000, 100],
  ['dragged to and fro', [DRAG, DRAG, DRAG, DRAG], 3_780, 4_260, 60],
] as const)(
  'takes no event for deleted that is %s',
  async (_, edits, from, to, step) => {
    for (let waitMs = from; waitMs < to; waitMs += step) {
      const { wrong, editsMade } = await runHistory(edited(edits, waitMs));
      expect(wrong, `edited every ${waitMs} ms`).toEqual([]);
      expect(editsMade, `edits made every ${waitMs} ms`).toBe(edits.length + 1);
    }
  },
  60_000,
);

it.each([
  ['moved twice', [MOVE, MOVE_ON], 600, 3_000],
  ['moved three times', [MOVE, MOVE_ON, MOVE_FURTHER], 600, 3_000],
  ['moved and deleted', [MOVE, DELETE], 600, 3_000],
  ['dragged and moved', [DRAG, MOVE], 600, 3_000],
  ['dragged and deleted', [DRAG, DELETE], 600, 3_000],
  ['retitled just after its booking was moved to the other bay', [OTHER_BAY, RETITLE], 0, 600],
] as const)(
  'takes the last word of an event that is %s, and what was said before it',
  async (_, edits, from, to) => {
    for (let waitMs = from; waitMs < to; waitMs += 75) {
      const { wrong } = await runHistory(edited(edits, waitMs));
      expect(wrong, `edited every ${waitMs} ms`).toEqual([]);
    }
  },
  60_000,
);

it('leaves no event behind of a booking that was dragged and moved at once, and moved back before anybody was told', async () => {
  const history = edited([DRAG, OTHER_BAY, OTHER_BAY], 0, { lostNotice: 1 });
  for (const waitMs of [60_000, 400_000]) {
    const [round] = history.rounds as [Round];
    const steps = round.steps.map((step) => (step.number === 3 ? { ...step, afterMs: waitMs } : step));
    const { wrong } = await runHistory({ ...history, rounds: [{ ...round, steps }] });
    expect(wrong, `moved back after ${waitMs} ms`).toEqual([]);
  }
}, 60_000);

it('leaves no event behind of a booking that is cancelled while its event is put back on the bay it came from', async () => {
  const history = edited([OTHER_BAY, OTHER_BAY, CANCEL], 60_000);
  for (let waitMs = 100; waitMs < 800; waitMs += 40) {
    const [round] = history.rounds as [Round];
    const steps = round.steps.map((step) => (step.number === 3 ? { ...step, afterMs: waitMs } : step));
    const { wrong } = await runHistory({ ...history, seed: waitMs, rounds: [{ ...round, steps }] });
    expect(wrong, `cancelled after ${waitMs} ms`).toEqual([]);
  }
}, 60_000);

it('takes note of what staff are told at the very beginning of a round by a process whose clock is behind', async () => {
  const book = { rates: CALM, steps: [{ number: 0, afterMs: 0, edit: BOOKED }] };
  const steps = [RETITLE_AT_SOURCE, RETITLE].map((edit, index) => ({ number: 1 + index, afterMs: 50, edit }));
  for (let seed = 1; seed <= 20; seed++) {
    const { wrong } = await runHistory({ seed, rounds: [book, { rates: { ...CALM, wrongClock: 1 }, steps }] });
    expect(wrong, `with the chances of seed ${seed}`).toEqual([]);
  }
}, 60_000);

it('puts no second event beside one that was dragged to where its booking moved, when all of it is heard of at once', async () => {
  // Polls and pulls of the whole calendars come at the same moment.
  const edits = [{ do: 'expire-sync-tokens' }, OTHER_BAY, DRAG] as const;
  const [round] = edited(edits, 50, { lostNotice: 1 }).rounds as [Round];
  const steps = round.steps.map((step) => (step.number === 1 ? { ...step, afterMs: 8 * 60_000 } : step));
  for (let seed = 1; seed <= 20; seed++) {
    const { wrong, editsMade } = await runHistory({ seed, rounds: [{ ...round, steps }] });
    expect(wrong, `with the chances of seed ${seed}`).toEqual([]);
    expect(editsMade).toBe(edits.length + 1);
  }
}, 60_000);

it('leaves one event of a booking that is dragged to a bay and moved there by the booking system', async () => {
  for (let waitMs = 1_000; waitMs < 1_800; waitMs += 25) {
    const { wrong } = await runHistory(edited([DRAG, OTHER_BAY], waitMs));
    expect(wrong, `moved ${waitMs} ms after it was dragged`).toEqual([]);
  }
}, 60_000);

it('cancels a booking that was moved on its calendar, and deleted there with all the others', async () => {
  const CLEAR: Edit = { do: 'clear-calendar', bay: 2, isMeant: true };
  for (let waitMs = 1_400; waitMs < 2_200; waitMs += 80) {
    const book = [{ number: 0, afterMs: 0, edit: { do: 'book-day', bay: 2, day: 4 } as const }];
    const steps = [MOVE, CLEAR].map((edit, index) => ({ number: 1 + index, afterMs: waitMs, edit }));
    const rounds = [book, steps].map((made) => ({ rates: CALM, steps: made }));
    const { wrong, editsMade } = await runHistory({ seed: waitMs, rounds });
    expect(wrong, `deleted ${waitMs} ms after it was moved`).toEqual([]);
    expect(editsMade).toBe(3);
  }
}, 60_000);

it('tells staff what the calendar overruled, also when a notice of that comes before the answer', async () => {
  const edits: readonly (readonly [number, Edit])[] = [
    [0, BOOKED],
    [60_000, { do: 'pause-binding', bay: 2 }],
    [1_000, MOVE],
    [1_000, { do: 'system-move', which: 0, slot: { day: 1, hour: 6, hours: 1 } }],
    // Written on later still, the event counts as changed after its booking.
    [90_000, { do: 'calendar-note', which: 0, text: 'Bring clubs' }],
    [1_000, { do: 'resume-binding', bay: 2 }],
  ];
  const steps = edits.map(([afterMs, edit], number) => ({ number, afterMs, edit }));
  for (let seed = 1; seed <= 50; seed++) {
    const { wrong } = await runHistory({ seed, rounds: [{ rates: CALM, steps }] });
    expect(wrong, `with the chances of seed ${seed}`).toEqual([]);
  }
}, 60_000);

it('follows an event that is edited again on the paused calendar to which it was dragged', async () => {
  const book = (bay: 1 | 2, day: number, hour: number): Edit => ({ ...BOOKED, bay, slot: { day, hour, hours: 1 } });
  const booked: readonly (readonly [number, Edit])[] = [
    [400, book(1, 1, 6)],
    [30_000, book(1, 0, 5)],
    [1_500, { do: 'system-cancel', which: 217 }],
    [400, book(2, 1, 1)],
  ];
  const dragged: readonly (readonly [number, Edit])[] = [
    [180_000, { do: 'system-cancel', which: 438 }],
    [0, { do: 'pause-binding', bay: 1 }],
    [1_500, { do: 'calendar-move', which: 140, slot: { day: 2, hour: 0, hours: 2 } }],
    [400, { do: 'calendar-bay', which: 568 }],
    [30_000, { do: 'calendar-move', which: 568, slot: { day: 2, hour: 3, hours: 1 } }],
  ];
  const rounds = [booked, dragged].map((edits) => ({
    rates: CALM,
    steps: edits.map(([afterMs, edit], number) => ({ number, afterMs, edit })),
  }));
  // By the chances of this one the booking system answers late.
  expect((await runHistory({ seed: 80_279, rounds })).wrong).toEqual([]);
}, 60_000);

it('takes no event for one that stands because it stood when a slow answer set out', async () => {
  const edits = [{ do: 'book-day', bay: 2, day: 4 } as const, ...[0, 1, 2, 3].map((which) => ({ ...DELETE, which }))];
  const steps = edits.map((edit, number) => ({ number, afterMs: number === 1 ? 2_500 : 0, edit }));
  for (let seed = 10; seed <= 24; seed++) {
    const { wrong } = await runHistory({ seed, rounds: [{ rates: { ...CALM, doubledTask: 1 }, steps }] });
    expect(wrong, `with the chances of seed ${seed}`).toEqual([]);
  }
}, 60_000);

it('loses no edit to a process that dies, or a store that fails, while it reads what changed on a calendar', async () => {
  for (let seed = 1; seed <= 30; seed++) {
    const { wrong } = await runHistory({ ...edited([MOVE], 0, { death: 0.06, storeFailure: 0.15 }), seed });
    expect(wrong, `with the chances of seed ${seed}`).toEqual([]);
  }
}, 60_000);

it('never goes back to an older state of a booking, whichever answer comes late', async () => {
  for (let seed = 1; seed <= 30; seed++) {
    const steps = [0, 1, 2, 3].map(
      (hour) => ({ do: 'system-move', which: 0, slot: { day: 2, hour, hours: 1 } }) as Edit,
    );
    const { wrong } = await runHistory({ ...edited(steps, 150), seed });
    expect(wrong, `with the chances of seed ${seed}`).toEqual([]);
  }
}, 60_000);
