import { Dice } from './dice.ts';
import { FAULTS, type FaultName, type FaultRates } from './weather.ts';

/** One hour or two on a day, far enough ahead that no history reaches it. */
export interface Slot {
  readonly day: number;
  readonly hour: number;
  readonly hours: number;
}

/** What people and the world do. `which` counts around the bookings there are. */
export type Edit =
  | { readonly do: 'book'; readonly bay: Bay; readonly slot: Slot; readonly title: string }
  | { readonly do: 'system-move'; readonly which: number; readonly slot: Slot }
  | { readonly do: 'system-bay'; readonly which: number }
  | { readonly do: 'system-title'; readonly which: number; readonly title: string }
  | { readonly do: 'system-cancel'; readonly which: number }
  | { readonly do: 'calendar-move'; readonly which: number; readonly slot: Slot }
  | { readonly do: 'calendar-bay'; readonly which: number }
  | { readonly do: 'calendar-title'; readonly which: number; readonly title: string }
  | { readonly do: 'calendar-note'; readonly which: number; readonly text: string }
  | { readonly do: 'calendar-delete'; readonly which: number }
  | { readonly do: 'own-add'; readonly bay: Bay; readonly slot: Slot; readonly title: string }
  | { readonly do: 'own-move'; readonly which: number; readonly slot: Slot }
  | { readonly do: 'own-delete'; readonly which: number }
  | { readonly do: 'expire-sync-tokens' }
  | { readonly do: 'expire-channels' };

export type Bay = 1 | 2;

export interface Step<E = Edit> {
  /** Counts through the whole history. */
  readonly number: number;
  /** Milliseconds after the step before. */
  readonly afterMs: number;
  readonly edit: E;
}

/** Edits under faults; after each round the faults stop, and all sides must agree. */
export interface Round<E = Edit> {
  readonly rates: FaultRates;
  readonly steps: readonly Step<E>[];
}

export interface History {
  readonly family?: 'bays';
  readonly seed: number;
  readonly rounds: readonly Round[];
}

/** How often at most each fault is met. */
const WORST: FaultRates = {
  death: 0.02,
  refusal: 0.15,
  lostAnswer: 0.08,
  storeFailure: 0.03,
  lostNotice: 0.5,
  doubledNotice: 0.3,
  lateNotice: 0.3,
  lostTask: 0.15,
  doubledTask: 0.3,
  lateTask: 0.2,
};
const PAUSES_MS = [0, 50, 400, 1_500, 5_000, 30_000, 180_000];
const MOST_ROUNDS = 3;
const MOST_STEPS = 9;
const DAYS = 3;
const HOURS = 8;

/** The history of a seed, always the same. */
export function historyOf(seed: number): History {
  const dice = new Dice(seed);
  let number = 0;
  const rounds = Array.from({ length: 1 + dice.below(MOST_ROUNDS) }, (_, index): Round => {
    const steps = Array.from({ length: 2 + dice.below(MOST_STEPS) }, (_, step): Step => {
      // A history that books nothing at first is one in which nothing can be edited.
      const edit = index === 0 && step < 2 ? book(dice) : drawEdit(dice);
      return { number: number++, afterMs: dice.oneOf(PAUSES_MS), edit };
    });
    return { rates: drawRates(dice), steps };
  });
  return { seed, rounds };
}

/** A history of any family without some of its steps and faults. */
export function without<H extends { readonly rounds: readonly Round<unknown>[] }>(
  history: H,
  steps: ReadonlySet<number>,
  faults: ReadonlySet<FaultName>,
): H {
  const rounds = history.rounds.map((round) => ({
    rates: Object.fromEntries(
      FAULTS.map((name) => [name, faults.has(name) ? 0 : round.rates[name]]),
    ) as unknown as FaultRates,
    steps: round.steps.filter(({ number }) => !steps.has(number)),
  }));
  return { ...history, rounds };
}

/** The faults of a round. */
export function drawRates(dice: Dice): FaultRates {
  const rates = FAULTS.map((name) => [name, dice.chance(0.5) ? 0 : (WORST[name] * (1 + dice.below(8))) / 8]);
  return Object.fromEntries(rates) as FaultRates;
}

function drawEdit(dice: Dice): Edit {
  const which = dice.below(1_000);
  const text = `${dice.oneOf(['Lesson', 'Fitting', 'Practice', 'Ünïcode ⛳'])} ${dice.below(90)}`;
  return dice.oneOf<() => Edit>([
    () => book(dice),
    () => book(dice),
    () => ({ do: 'system-move', which, slot: slot(dice) }),
    () => ({ do: 'system-move', which, slot: slot(dice) }),
    () => ({ do: 'system-bay', which }),
    () => ({ do: 'system-title', which, title: text }),
    () => ({ do: 'system-cancel', which }),
    () => ({ do: 'calendar-move', which, slot: slot(dice) }),
    () => ({ do: 'calendar-move', which, slot: slot(dice) }),
    () => ({ do: 'calendar-bay', which }),
    () => ({ do: 'calendar-title', which, title: text }),
    () => ({ do: 'calendar-note', which, text }),
    () => ({ do: 'calendar-delete', which }),
    () => ({ do: 'own-add', bay: bay(dice), slot: slot(dice), title: text }),
    () => ({ do: 'own-move', which, slot: slot(dice) }),
    () => ({ do: 'own-delete', which }),
    () => ({ do: dice.oneOf(['expire-sync-tokens', 'expire-channels']) }),
  ])();
}

function book(dice: Dice): Edit {
  return { do: 'book', bay: bay(dice), slot: slot(dice), title: `Lesson ${dice.below(90)}` };
}

function bay(dice: Dice): Bay {
  return dice.oneOf([1, 2] as const);
}

function slot(dice: Dice): Slot {
  return { day: dice.below(DAYS), hour: dice.below(HOURS), hours: 1 + dice.below(2) };
}
