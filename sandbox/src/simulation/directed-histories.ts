import type { Edit, History, Round, Step } from './history.ts';
import { CALM, type FaultRates } from './weather.ts';

/** Histories of one course of events, as people would tell it, which chance alone would seldom hit at the moment. */
export interface DirectedHistories {
  readonly name: string;
  readonly histories: readonly History[];
  /** Each of their edits can be made. */
  readonly isAllMade: boolean;
}

/** How long after each other the edits of a course of events are made: every so many milliseconds within a span. */
interface Waits {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

const BOOKED: Edit = { do: 'book', bay: 2, slot: { day: 0, hour: 1, hours: 1 }, title: 'Lesson' };
const DRAG: Edit = { do: 'calendar-bay', which: 0 };
const [MOVE, MOVE_ON, MOVE_FURTHER] = [2, 4, 6].map(
  (hour): Edit => ({ do: 'calendar-move', which: 0, slot: { day: 1, hour, hours: 1 } }),
) as [Edit, Edit, Edit];
const RETITLE: Edit = { do: 'calendar-title', which: 0, title: 'Fitting' };
const DELETE: Edit = { do: 'calendar-delete', which: 0 };
const OTHER_BAY: Edit = { do: 'system-bay', which: 0 };
const MOVES_IN_SYSTEM = [0, 1, 2, 3].map(
  (hour): Edit => ({ do: 'system-move', which: 0, slot: { day: 2, hour, hours: 1 } }),
);
const RETITLE_IN_SYSTEM: Edit = { do: 'system-title', which: 0, title: 'Practice' };
const SEEDS = Array.from({ length: 30 }, (_, index) => index + 1);

/** Histories of bays in which edits follow each other closely, or a process ends at the wrong moment. */
export const DIRECTED_HISTORIES: readonly DirectedHistories[] = [
  ...[
    dragged('back while it is being looked for where it was dragged to', [DRAG, DRAG], {
      ...{ from: 1_200, to: 2_400, step: 36 },
    }),
    dragged('back while the booking follows it', [DRAG, DRAG], { from: 2_400, to: 6_000, step: 60 }),
    dragged('there, back, and there again', [DRAG, DRAG, DRAG], { from: 1_250, to: 6_000, step: 100 }),
    dragged('to and fro', [DRAG, DRAG, DRAG, DRAG], { from: 3_780, to: 4_260, step: 60 }),
  ],
  ...[
    quickly('moved twice', [MOVE, MOVE_ON]),
    quickly('moved three times', [MOVE, MOVE_ON, MOVE_FURTHER]),
    quickly('moved and deleted', [MOVE, DELETE]),
    quickly('dragged and moved', [DRAG, MOVE]),
    quickly('dragged and deleted', [DRAG, DELETE]),
    quickly('retitled just after its booking was moved to the other bay', [OTHER_BAY, RETITLE], 0, 600),
  ],
  {
    name: 'leave no event behind of a booking that was dragged and moved at once, and moved back before anybody was told',
    histories: [60_000, 400_000].map((waitMs) =>
      withWait(3, waitMs, edited([DRAG, OTHER_BAY, OTHER_BAY], 0, { lostNotice: 1 })),
    ),
    isAllMade: false,
  },
  {
    name: 'lose no edit to a process that dies, or a store that fails, while it reads what changed on a calendar',
    histories: SEEDS.map((seed) => ({ ...edited([MOVE], 0, { death: 0.06, storeFailure: 0.15 }), seed })),
    isAllMade: false,
  },
  {
    name: 'never go back to an older state of a booking, whichever answer comes late',
    histories: SEEDS.map((seed) => ({ ...edited(MOVES_IN_SYSTEM, 150), seed })),
    isAllMade: false,
  },
  {
    name: 'do not write over what the booking system says by now, and nobody was told',
    histories: SEEDS.map((seed) => ({ ...edited([RETITLE, RETITLE_IN_SYSTEM], 400, { lostNotice: 0.5 }), seed })),
    isAllMade: true,
  },
];

function dragged(how: string, edits: readonly Edit[], waits: Waits): DirectedHistories {
  return { name: `take no event for deleted that is dragged ${how}`, histories: every(waits, edits), isAllMade: true };
}

function quickly(how: string, edits: readonly Edit[], from = 600, to = 3_000): DirectedHistories {
  return {
    name: `take the last word of an event that is ${how}, and what was said before it`,
    histories: every({ from, to, step: 75 }, edits),
    isAllMade: false,
  };
}

function every({ from, to, step }: Waits, edits: readonly Edit[]): History[] {
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => edited(edits, from + index * step));
}

/** A booking is made, its event seen, and edited again and again, as long after each other as is told. */
function edited(edits: readonly Edit[], waitMs: number, rates: Partial<FaultRates> = {}): History {
  const steps = [BOOKED, ...edits].map((edit, number): Step => ({ number, afterMs: waitMs, edit }));
  return withWait(1, 180_000, { seed: waitMs, rounds: [{ rates: { ...CALM, ...rates }, steps }] });
}

function withWait(number: number, afterMs: number, history: History): History {
  const [round] = history.rounds as [Round];
  const steps = round.steps.map((step) => (step.number === number ? { ...step, afterMs } : step));
  return { ...history, rounds: [{ ...round, steps }] };
}
