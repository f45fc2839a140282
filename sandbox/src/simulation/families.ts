import type { DirectedHistories } from './course-of-events.ts';
import { DIRECTED_HISTORIES } from './directed/directed-histories.ts';
import { type History, historyOf } from './history.ts';
import { type HouseHistory, houseHistoryOf } from './houses/house-history.ts';
import { HOUSE_MUTANTS } from './houses/house-mutants.ts';
import { runHouse } from './houses/run-house.ts';
import { BAY_MUTANTS } from './mutants/bay-mutants.ts';
import type { Mutant } from './mutants/mutant.ts';
import { type Outcome, runHistory } from './run-history.ts';

/** Kinds of histories: of bays that are booked by the hour, and of a house that is let by the night. */
export const FAMILIES = ['bays', 'houses'] as const;
export type FamilyName = (typeof FAMILIES)[number];

export type AnyHistory = History | HouseHistory;

/** The family that a seed plays when none is named: every other one is of houses. */
export function familyOf(seed: number): FamilyName {
  return seed % 2 === 0 ? 'houses' : 'bays';
}

/** The faults that histories of each family must notice. */
export const MUTANTS: Readonly<Record<FamilyName, readonly Mutant[]>> = { bays: BAY_MUTANTS, houses: HOUSE_MUTANTS };

/** What is played of each family by design, beside what is drawn. */
export const DIRECTED: Readonly<Record<FamilyName, readonly DirectedHistories[]>> = {
  bays: DIRECTED_HISTORIES,
  houses: [],
};

/** Which history of a seed is meant. */
export interface HistoryChoice {
  /** About how many edits it has: usually fifty on bays and some ten in houses, a few on both as its seed says. */
  readonly edits: number | 'usual' | 'few';
  /** Absent, the seed decides. */
  readonly family: FamilyName | undefined;
  /** Of bays: also where the seed would not have it. */
  readonly isOverWire: boolean;
}

const USUAL_OF_BAYS = 50;

/** The history of a seed. */
export function drawHistory(seed: number, { edits, family, isOverWire }: HistoryChoice): AnyHistory {
  const count = typeof edits === 'number' ? edits : undefined;
  if ((family ?? familyOf(seed)) === 'houses') return houseHistoryOf(seed, count);
  const whole = historyOf(seed, edits === 'usual' ? USUAL_OF_BAYS : count);
  return isOverWire ? { ...whole, isOverWire } : whole;
}

/** Plays a history of any family. */
export function playHistory(history: AnyHistory): Promise<Outcome> {
  return history.family === 'houses' ? runHouse(history) : runHistory(history);
}
