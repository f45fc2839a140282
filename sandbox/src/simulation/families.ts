import { type History, historyOf } from './history.ts';
import { type HouseHistory, houseHistoryOf } from './houses/house-history.ts';
import { runHouse } from './houses/run-house.ts';
import { type Outcome, runHistory } from './run-history.ts';

/** Kinds of histories: of bays that are booked by the hour, and of a house that is let by the night. */
export const FAMILIES = ['bays', 'houses'] as const;
export type FamilyName = (typeof FAMILIES)[number];

export type AnyHistory = History | HouseHistory;

/** The family that a seed plays when none is named: every other one is of houses. */
export function familyOf(seed: number): FamilyName {
  return seed % 2 === 0 ? 'houses' : 'bays';
}

/**
 * The history of a seed, of its own family or the one that is named.
 * @param edits as `historyOf` takes it; those of houses have as many as their seed says.
 */
export function drawHistory(seed: number, edits?: number, family: FamilyName = familyOf(seed)): AnyHistory {
  return family === 'houses' ? houseHistoryOf(seed) : historyOf(seed, edits);
}

/** Plays a history of any family. */
export function playHistory(history: AnyHistory): Promise<Outcome> {
  return history.family === 'houses' ? runHouse(history) : runHistory(history);
}
