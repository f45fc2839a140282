import {
  BOOKED,
  type DirectedHistories,
  edited,
  inTwoRounds,
  roundOf,
  seeds,
  type TimedEdit,
  waitsOf,
  withWait,
} from '../course-of-events.ts';
import type { Edit } from '../history.ts';
import { DELETE, DRAG, MOVE, PAUSE_2, RESUME_2, RETITLE } from './edits.ts';

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

/** Of many events at once: put there, dragged, deleted, and what staff say of that. */
export const OF_MANY: readonly DirectedHistories[] = [
  {
    name: 'take no event for one that stands because it stood when a slow answer set out',
    histories: seeds(24).map((seed) => ({ seed, rounds: [roundOf(FOUR_DELETED, { doubledTask: 1 })] })),
    isAllMade: true,
  },
  {
    name: 'take no event for deleted that was dragged away before it was known to stand, and is being put back',
    histories: seeds(110).map((seed) => ({ seed, rounds: [roundOf(DRAGGED_AT_ONCE, { refusal: 0.15 })] })),
    isAllMade: false,
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
    histories: waitsOf({ from: 1_400, to: 2_200, step: 80 }).map((waitMs) =>
      inTwoRounds(
        waitMs,
        [[0, BOOK_DAY]],
        [MOVE, { ...CLEAR, isMeant: true }].map((edit): TimedEdit => [waitMs, edit]),
      ),
    ),
    isAllMade: true,
  },
];
