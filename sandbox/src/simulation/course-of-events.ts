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
export interface Waits {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** An edit, so many milliseconds after the one before. */
export type TimedEdit = readonly [afterMs: number, edit: Edit];

export const BOOKED = {
  do: 'book',
  bay: 2,
  slot: { day: 0, hour: 1, hours: 1 },
  title: 'Lesson',
} as const satisfies Edit;

/** The seeds from 1 on: as many chances for one course of events. */
export function seeds(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

export function waitsOf({ from, to, step }: Waits): number[] {
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => from + index * step);
}

/** A round of these edits; `first` is the number of the first. */
export function roundOf(edits: readonly TimedEdit[], rates: Partial<FaultRates> = {}, first = 0): Round {
  return {
    rates: { ...CALM, ...rates },
    steps: edits.map(([afterMs, edit], index): Step => ({ number: first + index, afterMs, edit })),
  };
}

/** A booking is made, its event seen, and edited again and again, as long after each other as is told. */
export function edited(edits: readonly Edit[], waitMs: number, rates: Partial<FaultRates> = {}): History {
  const timed = [BOOKED, ...edits].map((edit): TimedEdit => [waitMs, edit]);
  return withWait(1, 180_000, { seed: waitMs, rounds: [roundOf(timed, rates)] });
}

/** The history with another wait before the step of that number in its first round. */
export function withWait(number: number, afterMs: number, history: History): History {
  const [round] = history.rounds as [Round];
  const steps = round.steps.map((step) => (step.number === number ? { ...step, afterMs } : step));
  return { ...history, rounds: [{ ...round, steps }] };
}

/** Once all is quiet after the first edits, the others are made, with those faults. */
export function inTwoRounds(
  seed: number,
  first: readonly TimedEdit[],
  then: readonly TimedEdit[],
  rates: Partial<FaultRates> = {},
): History {
  return { seed, rounds: [roundOf(first), roundOf(then, rates, first.length)] };
}

/** The same edits after each of the waits. */
export function editedAfter(waits: Waits, edits: readonly Edit[]): History[] {
  return waitsOf(waits).map((waitMs) => edited(edits, waitMs));
}
