import { LOFT_BAYS } from '../studio/loft-bays.ts';
import { BOOKED, edited, roundOf, seeds, type TimedEdit, type Waits, waitsOf, withWait } from './course-of-events.ts';
import type { Edit, History } from './history.ts';

/** Histories of one course of events, as people would tell it, which chance alone would seldom hit at the moment. */
export interface DirectedHistories {
  readonly name: string;
  readonly histories: readonly History[];
  /** Each of their edits can be made. */
  readonly isAllMade: boolean;
}

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
const MOVE_BACK: Edit = { do: 'system-move', which: 0, slot: BOOKED.slot };
const RETITLE_IN_SYSTEM: Edit = { do: 'system-title', which: 0, title: 'Practice' };
const CANCEL: Edit = { do: 'system-cancel', which: 0 };
const [PAUSE_1, PAUSE_2] = LOFT_BAYS.map((bay): Edit => ({ do: 'pause-binding', bay })) as [Edit, Edit];
const RESUME_2: Edit = { do: 'resume-binding', bay: 2 };
const BOOKED_TOO = { ...BOOKED, bay: 1 } as const;
const BOOK_DAY: Edit = { do: 'book-day', bay: 2, day: 4 };
const CLEAR = { do: 'clear-calendar', bay: 2, isMeant: false } as const;
const SIX_BOOKED = [1, 2, 3, 4, 5, 6].map((hour): TimedEdit => [0, { ...BOOKED, slot: { day: 0, hour, hours: 1 } }]);
/** Staff look what waits for them. */
const LOOK: Edit = { do: 'settle-proposal', which: 0, grant: false };
const FOUR_DELETED = [BOOK_DAY, ...[0, 1, 2, 3].map((which) => ({ ...DELETE, which }))].map(
  (edit, index): TimedEdit => [index === 1 ? 2_500 : 0, edit],
);
const DRAGGED_AT_ONCE = [BOOK_DAY, ...[0, 1, 2, 3, 4, 5].map((which) => ({ ...DRAG, which }))].map(
  (edit, index): TimedEdit => [[0, 600][index] ?? 60, edit],
);
/** Written on later than its booking was moved, an event counts as changed after it. */
const OVERRULED: readonly TimedEdit[] = [
  [0, BOOKED],
  [60_000, PAUSE_2],
  [1_000, MOVE],
  [1_000, { do: 'system-move', which: 0, slot: { day: 1, hour: 6, hours: 1 } }],
  [90_000, { do: 'calendar-note', which: 0, text: 'Bring clubs' }],
  [1_000, RESUME_2],
];
const RETITLED_BY_BOTH: readonly TimedEdit[] = [
  [50, RETITLE_IN_SYSTEM],
  [50, RETITLE],
];
const PUT_BACK_AND_RETITLED: readonly TimedEdit[] = [
  [0, OTHER_BAY],
  [2_000, OTHER_BAY],
  [900, RETITLE],
];
const BOOKED_AND_CALLED_OFF: readonly TimedEdit[] = [
  [400, { ...BOOKED_TOO, slot: { day: 1, hour: 6, hours: 1 } }],
  [30_000, { ...BOOKED_TOO, slot: { day: 0, hour: 5, hours: 1 } }],
  [1_500, { do: 'system-cancel', which: 217 }],
  [400, { ...BOOKED, slot: { day: 1, hour: 1, hours: 1 } }],
];
const EDITED_WHILE_PAUSED: readonly TimedEdit[] = [
  [180_000, { do: 'system-cancel', which: 438 }],
  [0, PAUSE_1],
  [1_500, { do: 'calendar-move', which: 140, slot: { day: 2, hour: 0, hours: 2 } }],
  [400, { do: 'calendar-bay', which: 568 }],
  [30_000, { do: 'calendar-move', which: 568, slot: { day: 2, hour: 3, hours: 1 } }],
];

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
    name: 'follow an event that was dragged once, and is retitled while it leaves its calendar with its booking',
    // Written on after it was handed over, before and after it stands where its booking is.
    histories: [450, 475, 575, 600].map((waitMs) => ({
      seed: waitMs,
      rounds: [
        roundOf([
          [0, BOOKED],
          [60_000, DRAG],
        ]),
        roundOf(
          [
            [0, OTHER_BAY],
            [waitMs, RETITLE],
          ],
          {},
          2,
        ),
      ],
    })),
    isAllMade: true,
  },
  {
    name: 'leave no event behind of a booking that was dragged and moved at once, and moved back before anybody was told',
    histories: [60_000, 400_000].map((waitMs) =>
      withWait(3, waitMs, edited([DRAG, OTHER_BAY, OTHER_BAY], 0, { lostNotice: 1 })),
    ),
    isAllMade: false,
  },
  {
    name: 'leave no event behind of a booking that is cancelled while its event is put back on the bay it came from',
    histories: waitsOf({ from: 100, to: 800, step: 40 }).map((waitMs) =>
      withWait(3, waitMs, { ...edited([OTHER_BAY, OTHER_BAY, CANCEL], 60_000), seed: waitMs }),
    ),
    isAllMade: true,
  },
  {
    name: 'take what is written on an event that one of two workers has just put back on the bay it came from',
    histories: seeds(25).map((seed) => ({
      seed,
      rounds: [roundOf([[0, BOOKED]]), roundOf(PUT_BACK_AND_RETITLED, { doubledTask: 1 }, 1)],
    })),
    isAllMade: true,
  },
  {
    name: 'leave one event of a booking that is dragged to a bay and moved there by the booking system',
    histories: every({ from: 1_000, to: 1_800, step: 25 }, [DRAG, OTHER_BAY]),
    isAllMade: false,
  },
  {
    name: 'put no second event beside one that was dragged to where its booking moved, when all is heard of at once',
    // Polls, and pulls of the whole calendars, come at the same moment.
    histories: seeds(20).map((seed) => ({
      ...withWait(1, 8 * 60_000, edited([{ do: 'expire-sync-tokens' }, OTHER_BAY, DRAG], 50, { lostNotice: 1 })),
      seed,
    })),
    isAllMade: true,
  },
  {
    name: 'take no event for one that stands because it stood when a slow answer set out',
    histories: seeds(24).map((seed) => ({ seed, rounds: [roundOf(FOUR_DELETED, { doubledTask: 1 })] })),
    isAllMade: true,
  },
  {
    name: 'take no event for deleted that was dragged away before it was known to stand, and is being put back',
    histories: seeds(25).map((seed) => ({ seed, rounds: [roundOf(DRAGGED_AT_ONCE, { refusal: 0.15 })] })),
    isAllMade: false,
  },
  {
    name: 'note what staff are told at the very beginning of a round by a process whose clock is behind',
    histories: seeds(20).map((seed) => ({
      seed,
      rounds: [roundOf([[0, BOOKED]]), roundOf(RETITLED_BY_BOTH, { wrongClock: 1 }, 1)],
    })),
    isAllMade: true,
  },
  {
    name: 'have every event back that was deleted at once, also where staff say so while each has still to be looked at',
    histories: waitsOf({ from: 1_000, to: 5_000, step: 200 }).map((waitMs) =>
      withWait(3, waitMs, edited([BOOK_DAY, CLEAR, LOOK], 180_000)),
    ),
    isAllMade: false,
  },
  {
    name: 'have every event back that was deleted at once, also where its calendar was paused and resumed meanwhile',
    histories: [20_000, 60_000, 180_000].map((waitMs) =>
      withWait(4, waitMs, edited([BOOK_DAY, CLEAR, PAUSE_2, RESUME_2], 180_000)),
    ),
    isAllMade: true,
  },
  {
    name: 'count every event that was deleted at once, also one of which an edit was just being followed',
    histories: waitsOf({ from: 600, to: 3_000, step: 100 }).map((waitMs) => ({
      seed: waitMs,
      rounds: [roundOf([...SIX_BOOKED, [180_000, RETITLE], [waitMs, CLEAR]])],
    })),
    isAllMade: true,
  },
  {
    name: 'cancel a booking that was moved on its calendar, and deleted there with all the others',
    histories: waitsOf({ from: 1_400, to: 2_200, step: 80 }).map((waitMs) => ({
      seed: waitMs,
      rounds: [
        roundOf([[0, BOOK_DAY]]),
        roundOf(
          [MOVE, { ...CLEAR, isMeant: true }].map((edit): TimedEdit => [waitMs, edit]),
          {},
          1,
        ),
      ],
    })),
    isAllMade: true,
  },
  {
    name: 'tell staff what the calendar overruled, also when a notice of that comes before the answer',
    histories: seeds(50).map((seed) => ({ seed, rounds: [roundOf(OVERRULED)] })),
    isAllMade: false,
  },
  {
    name: 'follow a booking that is moved back to the bay from which it was dragged, though the answer was lost when it followed',
    histories: [
      {
        seed: 24,
        rounds: [
          roundOf([[0, BOOKED]]),
          roundOf(
            [
              [0, DRAG],
              [3_000, OTHER_BAY],
            ],
            { lostAnswer: 0.15 },
            1,
          ),
        ],
      },
    ],
    isAllMade: true,
  },
  {
    name: 'follow an event that is edited again on the paused calendar to which it was dragged',
    // By the chances of this one the booking system answers late.
    histories: [
      {
        seed: 80_279,
        rounds: [roundOf(BOOKED_AND_CALLED_OFF), roundOf(EDITED_WHILE_PAUSED, {}, BOOKED_AND_CALLED_OFF.length)],
      },
    ],
    isAllMade: false,
  },
  {
    name: 'write nothing to a paused calendar to which an event is dragged that cannot stay there',
    histories: waitsOf({ from: 30_000, to: 180_000, step: 30_000 }).map((waitMs) =>
      withWait(3, waitMs, edited([BOOKED_TOO, PAUSE_1, DRAG], 180_000)),
    ),
    isAllMade: true,
  },
  {
    name: 'lose no edit to a process that dies, or a store that fails, while it reads what changed on a calendar',
    histories: seeds(30).map((seed) => ({ ...edited([MOVE], 0, { death: 0.06, storeFailure: 0.15 }), seed })),
    isAllMade: false,
  },
  {
    name: 'let the booking system put back what it was asked to take, whether or not its answer came',
    histories: [MOVE, DRAG].flatMap((edit) =>
      seeds(60).map((seed) => ({
        ...edited([edit, edit === DRAG ? OTHER_BAY : MOVE_BACK], 2_000, { lostAnswer: 0.15 }),
        seed,
      })),
    ),
    isAllMade: false,
  },
  {
    name: 'never go back to an older state of a booking, whichever answer comes late',
    histories: seeds(30).map((seed) => ({ ...edited(MOVES_IN_SYSTEM, 150), seed })),
    isAllMade: false,
  },
  {
    name: 'do not write over what the booking system says by now, and nobody was told',
    histories: seeds(30).map((seed) => ({ ...edited([RETITLE, RETITLE_IN_SYSTEM], 400, { lostNotice: 0.5 }), seed })),
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

function every(waits: Waits, edits: readonly Edit[]): History[] {
  return waitsOf(waits).map((waitMs) => edited(edits, waitMs));
}
