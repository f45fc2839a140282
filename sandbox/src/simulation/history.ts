import type { Bay } from '../studio/loft-bays.ts';
import { LOFT_BAYS } from '../studio/loft-bays.ts';
import { Dice } from './dice.ts';
import { drawBooking, drawEdit, drawEditOf } from './draw-edit.ts';
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
  | { readonly do: 'settle-proposal'; readonly which: number; readonly grant: boolean }
  | { readonly do: 'rename-resource'; readonly bay: Bay; readonly name: string }
  | { readonly do: 'pause-binding'; readonly bay: Bay }
  | { readonly do: 'resume-binding'; readonly bay: Bay }
  | { readonly do: 'unbind'; readonly bay: Bay; readonly events: 'keep' | 'remove' }
  | { readonly do: 'bind'; readonly bay: Bay }
  /** As many bookings of an hour as a day has, each where nothing is booked yet. */
  | { readonly do: 'book-day'; readonly bay: Bay; readonly day: number }
  /** All bookings' events on a calendar are deleted at once; `isMeant` is what staff say when they are asked. */
  | { readonly do: 'clear-calendar'; readonly bay: Bay; readonly isMeant: boolean }
  | { readonly do: 'expire-sync-tokens' }
  | { readonly do: 'expire-channels' };

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
  /** As `historyOf` was asked; absent for a short history. */
  readonly edits?: number;
  /** Played over HTTP, by Google's own client and run-service's own routes. */
  readonly isOverWire?: boolean;
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
  wrongClock: 1,
};
const PAUSES_MS = [0, 50, 400, 1_500, 5_000, 30_000, 180_000];
const MOST_ROUNDS = 3;
const MOST_STEPS = 9;
const MOST_STEPS_OF_LONG = 15;
/** What goes over a wire takes some eight times as long. */
const OVER_WIRE_ONE_IN = 20;
const FIRST_BOOKED = 2;
const WITH_A_SLIP = 0.1;
const SAME_AGAIN = 0.3;
const ANSWERED = 0.3;
/** What the other side does at about the same time. */
const ANSWERS: Partial<Record<Edit['do'], Edit['do']>> = {
  'calendar-move': 'system-move',
  'system-move': 'calendar-move',
  'calendar-title': 'system-title',
  'system-title': 'calendar-title',
};
/** One edit in five finds nothing that it can be made on. */
const STEPS_AN_EDIT = 1.25;

/**
 * The history of a seed, always the same.
 * @param edits about how many are made, in as many rounds as they fill; absent, a short history of up to three rounds.
 */
export function historyOf(seed: number, edits?: number): History {
  const dice = new Dice(seed);
  const mostRounds = edits === undefined ? 1 + dice.below(MOST_ROUNDS) : Number.POSITIVE_INFINITY;
  const mostSteps = edits === undefined ? Number.POSITIVE_INFINITY : Math.round(edits * STEPS_AN_EDIT);
  const slips = dice.chance(WITH_A_SLIP) ? slipOfTheMouse(dice) : undefined;
  const rounds: Round[] = [];
  let number = 0;
  let last: Edit | undefined;
  while (rounds.length < mostRounds && number < mostSteps) {
    const most = edits === undefined ? MOST_STEPS : MOST_STEPS_OF_LONG;
    const count = Math.min(2 + dice.below(most), mostSteps - number);
    const steps = Array.from({ length: count }, (): Step => {
      // A history that books nothing at first is one in which nothing can be edited.
      const drawn = number < FIRST_BOOKED ? drawBooking(dice) : drawEdit(dice);
      const edit = slips?.(number) ?? sameAgain(drawn, last, dice);
      last = edit;
      return { number: number++, afterMs: dice.oneOf(PAUSES_MS), edit };
    });
    rounds.push({ rates: drawRates(dice), steps });
  }
  return { seed, ...(edits !== undefined && { edits }), isOverWire: seed % OVER_WIRE_ONE_IN === 7, rounds };
}

/** Now and then the same booking is edited again, and by the other side in the same way: so edits meet. */
function sameAgain(edit: Edit, last: Edit | undefined, dice: Dice): Edit {
  if (!(last && 'which' in last && dice.chance(SAME_AGAIN))) return edit;
  const answer = ANSWERS[last.do];
  if (answer !== undefined && dice.chance(ANSWERED)) return { ...drawEditOf(answer, dice), which: last.which } as Edit;
  return 'which' in edit ? { ...edit, which: last.which } : edit;
}

/** A day of bookings on one bay, and some steps later all of them deleted on its calendar. */
function slipOfTheMouse(dice: Dice): (number: number) => Edit | undefined {
  const bay = dice.oneOf(LOFT_BAYS);
  const at = FIRST_BOOKED + dice.below(MOST_STEPS / 2);
  const isMeant = dice.chance(0.5);
  return (number) => {
    if (number === 0) return { do: 'book-day', bay, day: 4 };
    return number === at ? { do: 'clear-calendar', bay, isMeant } : undefined;
  };
}

/** A history of any family without some of its steps and faults, and without the rounds in which nothing is left to do. */
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
  return { ...history, rounds: rounds.filter((round) => round.steps.length > 0) };
}

/** The faults of a round. */
export function drawRates(dice: Dice): FaultRates {
  const rates = FAULTS.map((name) => [name, dice.chance(0.5) ? 0 : (WORST[name] * (1 + dice.below(8))) / 8]);
  return Object.fromEntries(rates) as FaultRates;
}
