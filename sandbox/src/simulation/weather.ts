import type { Dice } from './dice.ts';

/** How often each thing goes wrong, from 0 to 1. */
export interface FaultRates {
  /** Per call of the store, a calendar or the booking system: the process that made it is gone. */
  readonly death: number;
  /** Per call of Google or USchedule: refused with 429, 500 or 503 before it has any effect. */
  readonly refusal: number;
  /** Per call of Google or USchedule: carried out, and the answer lost. */
  readonly lostAnswer: number;
  /** Per write of the store or enqueued task: the same two. */
  readonly storeFailure: number;
  /** Per webhook or push. */
  readonly lostNotice: number;
  readonly doubledNotice: number;
  readonly lateNotice: number;
  /** Per task. */
  readonly lostTask: number;
  readonly doubledTask: number;
  readonly lateTask: number;
  /** Per process: its clock is wrong, by seconds. */
  readonly wrongClock: number;
}

export type FaultName = keyof FaultRates;

export const FAULTS: readonly FaultName[] = [
  'death',
  'refusal',
  'lostAnswer',
  'storeFailure',
  'lostNotice',
  'doubledNotice',
  'lateNotice',
  'lostTask',
  'doubledTask',
  'lateTask',
  'wrongClock',
];

/** Nothing goes wrong. */
export const CALM: FaultRates = Object.fromEntries(FAULTS.map((name) => [name, 0])) as unknown as FaultRates;

/** Where a call goes. */
export type Place = 'store' | 'queue' | 'google' | 'uschedule' | 'feeds';

/** What becomes of a call. */
export type Fate = 'answered' | 'refused' | 'answer-lost';

/** How long a call takes one way, at most, in milliseconds. */
const LONGEST: Readonly<Record<Place, number>> = { store: 8, queue: 12, google: 250, uschedule: 150, feeds: 400 };
/** How far a clock is off at most, either way. Google keeps those of its machines within milliseconds; others do not. */
const WRONG_BY_MS = 4_000;
const DEADLIER_AFTER_A_WRITE = 5;
const LATE_MS = 20 * 60_000;
/** One call in so many takes far longer than the others. */
const SLOW_ONE_IN = 30;
const SLOWER = 40;

/** What happens to calls, notices and tasks, drawn from the rates that hold at the moment. */
export class Weather {
  readonly #dice: Dice;
  rates: FaultRates = CALM;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  /** Milliseconds that a call takes one way. */
  delay(place: Place): number {
    const most = LONGEST[place] * (this.#dice.below(SLOW_ONE_IN) === 0 ? SLOWER : 1);
    return 1 + this.#dice.below(most);
  }

  /** Most often once something has been written, and what was to follow was not. */
  kills(hasWritten = false): boolean {
    return this.#dice.chance(this.rates.death * (hasWritten ? DEADLIER_AFTER_A_WRITE : 1));
  }

  /** How far the clock of a process that begins is ahead, in milliseconds. */
  clockError(): number {
    return this.#dice.chance(this.rates.wrongClock) ? this.#dice.below(2 * WRONG_BY_MS) - WRONG_BY_MS : 0;
  }

  fateOf(place: Place): Fate {
    const isRemote = place !== 'store' && place !== 'queue';
    const { refusal, lostAnswer, storeFailure } = this.rates;
    if (this.#dice.chance(isRemote ? refusal : storeFailure)) return 'refused';
    return this.#dice.chance(isRemote ? lostAnswer : storeFailure) ? 'answer-lost' : 'answered';
  }

  /** The status of a refusal. */
  status(): number {
    return this.#dice.oneOf([429, 500, 503]);
  }

  /** After how many milliseconds each copy of a webhook or push arrives; none for one that is lost. */
  arrivalsOfNotice(): number[] {
    const { lostNotice, doubledNotice, lateNotice } = this.rates;
    return this.#arrivals(lostNotice, doubledNotice, lateNotice, 300);
  }

  /** The same of a task's first delivery. */
  arrivalsOfTask(): number[] {
    const { lostTask, doubledTask, lateTask } = this.rates;
    return this.#arrivals(lostTask, doubledTask, lateTask, 30);
  }

  #arrivals(lost: number, doubled: number, late: number, usual: number): number[] {
    if (this.#dice.chance(lost)) return [];
    const count = this.#dice.chance(doubled) ? 2 : 1;
    return Array.from({ length: count }, () => this.#dice.below(this.#dice.chance(late) ? LATE_MS : usual));
  }
}
