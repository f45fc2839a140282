import {
  BOOKED,
  type DirectedHistories,
  edited,
  editedAfter,
  inTwoRounds,
  seeds,
  type TimedEdit,
  type Waits,
  waitsOf,
  withWait,
} from '../course-of-events.ts';
import type { Edit } from '../history.ts';
import { BOOKED_TOO, DELETE, DRAG, MOVE, MOVE_BACK, OTHER_BAY, PAUSE_1, RETITLE } from './edits.ts';

const CANCEL: Edit = { do: 'system-cancel', which: 0 };
const DRAGGED_AND_MOVED_BACK: readonly TimedEdit[] = [
  [0, DRAG],
  [1_800, OTHER_BAY],
  [900, OTHER_BAY],
];
const PUT_BACK_AND_DELETED: readonly TimedEdit[] = [
  [0, OTHER_BAY],
  [1_500, DELETE],
];
const PUT_BACK_AND_RETITLED: readonly TimedEdit[] = [
  [0, OTHER_BAY],
  [2_000, OTHER_BAY],
  [900, RETITLE],
];
const MOVED_WITH_A_DRAG_AND_BACK: readonly TimedEdit[] = [
  [0, DRAG],
  [50, MOVE],
  [4_000, MOVE_BACK],
];
/** While the other booking's event has still to be removed, the calendar is not unbound. */
const DRAGGED_AND_ANOTHER: readonly TimedEdit[] = [
  [0, BOOKED_TOO],
  [60_000, DRAG],
  [60_000, { ...BOOKED_TOO, slot: { day: 2, hour: 5, hours: 1 } }],
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

/** Of events that leave their bay, and of bookings that do. */
export const BETWEEN_BAYS: readonly DirectedHistories[] = [
  ...[
    dragged('back while it is being looked for where it was dragged to', [DRAG, DRAG], {
      ...{ from: 1_200, to: 2_400, step: 36 },
    }),
    dragged('back while the booking follows it', [DRAG, DRAG], { from: 2_400, to: 6_000, step: 60 }),
    dragged('there, back, and there again', [DRAG, DRAG, DRAG], { from: 1_250, to: 6_000, step: 100 }),
    dragged('to and fro', [DRAG, DRAG, DRAG, DRAG], { from: 3_780, to: 4_260, step: 60 }),
  ],
  {
    name: 'follow an event that was dragged once, and is retitled while it leaves its calendar with its booking',
    // Written on after it was handed over, before and after it stands where its booking is.
    histories: [450, 475, 575, 600].map((waitMs) =>
      inTwoRounds(
        waitMs,
        [
          [0, BOOKED],
          [60_000, DRAG],
        ],
        [
          [0, OTHER_BAY],
          [waitMs, RETITLE],
        ],
      ),
    ),
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
    histories: seeds(25).map((seed) => inTwoRounds(seed, [[0, BOOKED]], PUT_BACK_AND_RETITLED, { doubledTask: 1 })),
    isAllMade: false,
  },
  {
    name: 'cancel no booking whose event is being taken off where it was dragged to, when a process dies and it moves back',
    histories: seeds(60).map((seed) => inTwoRounds(seed, [[0, BOOKED]], DRAGGED_AND_MOVED_BACK, { death: 0.05 })),
    isAllMade: true,
  },
  {
    name: 'leave one event of a booking that is dragged to a bay and moved there by the booking system',
    histories: editedAfter({ from: 1_000, to: 1_800, step: 25 }, [DRAG, OTHER_BAY]),
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
    name: 'follow a booking that is moved back to the bay from which it was dragged, though the answer was lost when it followed',
    histories: [
      inTwoRounds(
        24,
        [[0, BOOKED]],
        [
          [0, DRAG],
          [3_000, OTHER_BAY],
        ],
        { lostAnswer: 0.15 },
      ),
    ],
    isAllMade: true,
  },
  {
    name: 'let the booking system move back what was dragged and moved at once, before its new calendar is looked at',
    histories: [{}, { lostAnswer: 0.15 }].flatMap((rates) =>
      seeds(60).map((seed) => inTwoRounds(seed, [[0, BOOKED]], MOVED_WITH_A_DRAG_AND_BACK, rates)),
    ),
    isAllMade: false,
  },
  {
    name: 'follow an event that is edited again on the paused calendar to which it was dragged',
    // By the chances of this one the booking system answers late.
    histories: [inTwoRounds(80_279, BOOKED_AND_CALLED_OFF, EDITED_WHILE_PAUSED)],
    isAllMade: false,
  },
  {
    name: 'lose no edit of an event whose booking moved to a bay that is just being unbound, to which it was dragged once',
    histories: [400, 800, 1_200].flatMap((waitMs) =>
      seeds(4).map((seed) =>
        inTwoRounds(seed, DRAGGED_AND_ANOTHER, [
          [0, { do: 'unbind', bay: 1, events: 'remove' }],
          [300, OTHER_BAY],
          [waitMs, MOVE],
        ]),
      ),
    ),
    isAllMade: false,
  },
  {
    name: 'leave no event behind that was handed over to a calendar which was unbound before it dealt with it',
    histories: (['keep', 'remove'] as const).flatMap((events) =>
      seeds(8).map((seed) =>
        inTwoRounds(seed, DRAGGED_AND_ANOTHER, [
          [0, OTHER_BAY],
          [1_000, { do: 'unbind', bay: 1, events }],
          [0, MOVE],
        ]),
      ),
    ),
    isAllMade: false,
  },
  {
    name: 'miss an event that is deleted while the answer to its being put back is awaited',
    histories: seeds(130).map((seed) =>
      inTwoRounds(
        seed,
        [
          [0, BOOKED_TOO],
          [60_000, OTHER_BAY],
        ],
        PUT_BACK_AND_DELETED,
      ),
    ),
    isAllMade: false,
  },
  {
    name: 'leave no event on a calendar that was unbound with its events just after its booking had left it',
    histories: [300, 600, 1_000, 1_500].flatMap((waitMs) =>
      seeds(8).map((seed) =>
        inTwoRounds(
          seed,
          DRAGGED_AND_ANOTHER.slice(0, 2),
          [
            [0, OTHER_BAY],
            [waitMs, { do: 'unbind', bay: 2, events: 'remove' }],
            [180_000, { do: 'unbind', bay: 1, events: 'remove' }],
          ],
          { refusal: 0.1 },
        ),
      ),
    ),
    isAllMade: true,
  },
  {
    name: 'write nothing to a paused calendar to which an event is dragged that cannot stay there',
    histories: waitsOf({ from: 30_000, to: 180_000, step: 30_000 }).map((waitMs) =>
      withWait(3, waitMs, edited([BOOKED_TOO, PAUSE_1, DRAG], 180_000)),
    ),
    isAllMade: true,
  },
];

function dragged(how: string, edits: readonly Edit[], waits: Waits): DirectedHistories {
  return {
    name: `take no event for deleted that is dragged ${how}`,
    histories: editedAfter(waits, edits),
    isAllMade: true,
  };
}
