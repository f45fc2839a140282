import {
  BOOKED,
  type DirectedHistories,
  edited,
  editedAfter,
  inTwoRounds,
  roundOf,
  seeds,
  type TimedEdit,
} from '../course-of-events.ts';
import type { Edit } from '../history.ts';
import {
  BOOKED_TOO,
  DELETE,
  DRAG,
  MOVE,
  MOVE_BACK,
  MOVE_FURTHER,
  MOVE_ON,
  OTHER_BAY,
  PAUSE_2,
  RESUME_2,
  RETITLE,
} from './edits.ts';

const MOVES_IN_SYSTEM = [0, 1, 2, 3].map(
  (hour): Edit => ({ do: 'system-move', which: 0, slot: { day: 2, hour, hours: 1 } }),
);
const SAID_TWICE: Edit = { do: 'system-move', which: 0, slot: { day: 2, hour: 3, hours: 1 } };
const RETITLE_IN_SYSTEM: Edit = { do: 'system-title', which: 0, title: 'Practice' };
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
/** By the chances of some, its first writing is answered after the calendar was read whole. */
const PUT_THERE_AND_DELETED: readonly TimedEdit[] = [
  [60_000, OTHER_BAY],
  [1_300, DELETE],
  [0, { do: 'expire-sync-tokens' }],
];

/** Of what both sides say of one booking, and of answers and notices that get lost or come late. */
export const OF_BOTH_SIDES: readonly DirectedHistories[] = [
  ...[
    quickly('moved twice', [MOVE, MOVE_ON]),
    quickly('moved three times', [MOVE, MOVE_ON, MOVE_FURTHER]),
    quickly('moved and deleted', [MOVE, DELETE]),
    quickly('dragged and moved', [DRAG, MOVE]),
    quickly('dragged and deleted', [DRAG, DELETE]),
    quickly('retitled just after its booking was moved to the other bay', [OTHER_BAY, RETITLE], 0, 600),
  ],
  {
    name: 'note what staff are told at the very beginning of a round by a process whose clock is behind',
    histories: seeds(20).map((seed) => inTwoRounds(seed, [[0, BOOKED]], RETITLED_BY_BOTH, { wrongClock: 1 })),
    isAllMade: true,
  },
  {
    name: 'tell staff what the calendar overruled, also when a notice of that comes before the answer',
    histories: seeds(50).map((seed) => ({ seed, rounds: [roundOf(OVERRULED)] })),
    isAllMade: false,
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
    name: 'let the booking system say once more what it said before staff moved the event, though an old list of it comes late',
    // By the chances of this one the calendar is listed before they move it, and the list comes when it is moved back.
    histories: [
      inTwoRounds(
        391_362,
        [
          [0, BOOKED_TOO],
          [60_000, DRAG],
          [60_000, { ...BOOKED_TOO, slot: { day: 2, hour: 5, hours: 1 } }],
        ],
        [
          [600, SAID_TWICE],
          [1_800, MOVE],
          [4_000, SAID_TWICE],
        ],
      ),
    ],
    isAllMade: true,
  },
  {
    name: 'miss no event that is deleted before it is known to stand, on a calendar whose sync token expires at that moment',
    histories: seeds(150).map((seed) => inTwoRounds(seed, [[0, BOOKED_TOO]], PUT_THERE_AND_DELETED)),
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

function quickly(how: string, edits: readonly Edit[], from = 600, to = 3_000): DirectedHistories {
  return {
    name: `take the last word of an event that is ${how}, and what was said before it`,
    histories: editedAfter({ from, to, step: 75 }, edits),
    isAllMade: false,
  };
}
