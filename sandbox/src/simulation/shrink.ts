import { type AnyHistory, playHistory } from './families.ts';
import { without } from './history.ts';
import type { Outcome } from './run-history.ts';
import { FAULTS, type FaultName } from './weather.ts';

/** A history that fails, and what can be left out of it while it still does. */
export interface Shrunk {
  readonly history: AnyHistory;
  readonly outcome: Outcome;
  readonly left: { readonly steps: readonly number[]; readonly faults: readonly FaultName[] };
}

/** Leaves out steps and faults, one at a time, for as long as the history still fails, within `budgetMs` of real time. */
export async function shrink(whole: AnyHistory, failed: Outcome, budgetMs: number): Promise<Shrunk> {
  const deadline = performance.now() + budgetMs;
  const steps = new Set<number>();
  const faults = new Set<FaultName>();
  let [history, outcome]: [AnyHistory, Outcome] = [whole, failed];
  const tryWithout = async (leaveOut: () => void, putBack: () => void) => {
    if (performance.now() > deadline) return false;
    leaveOut();
    const smaller = without(whole, steps, faults);
    const result = await playHistory(smaller);
    if (result.wrong.length === 0) putBack();
    else [history, outcome] = [smaller, result];
    return result.wrong.length > 0;
  };
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const name of FAULTS.filter(
      (fault) => !faults.has(fault) && whole.rounds.some(({ rates }) => rates[fault] > 0),
    )) {
      if (
        await tryWithout(
          () => faults.add(name),
          () => faults.delete(name),
        )
      )
        isSmaller = true;
    }
    for (const number of whole.rounds.flatMap((round) => round.steps.map((step) => step.number)).reverse()) {
      if (steps.has(number)) continue;
      if (
        await tryWithout(
          () => steps.add(number),
          () => steps.delete(number),
        )
      )
        isSmaller = true;
    }
  }
  return { history, outcome, left: { steps: [...steps].sort((a, b) => a - b), faults: [...faults] } };
}
