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

/** Leaves out rounds, faults and single steps, for as long as the history still fails, within `budgetMs` of real time. */
export async function shrink(whole: AnyHistory, failed: Outcome, budgetMs: number): Promise<Shrunk> {
  const deadline = performance.now() + budgetMs;
  const steps = new Set<number>();
  const faults = new Set<FaultName>();
  let [history, outcome]: [AnyHistory, Outcome] = [whole, failed];
  /** Leaves these out too, if it fails without them all the same. */
  const tryWithout = async (moreSteps: readonly number[], moreFaults: readonly FaultName[]) => {
    if (performance.now() > deadline) return false;
    const smaller = without(whole, new Set([...steps, ...moreSteps]), new Set([...faults, ...moreFaults]));
    const result = await playHistory(smaller);
    if (result.wrong.length === 0) return false;
    for (const step of moreSteps) steps.add(step);
    for (const fault of moreFaults) faults.add(fault);
    [history, outcome] = [smaller, result];
    return true;
  };
  const rounds = whole.rounds.map((round) => round.steps.map(({ number }) => number)).reverse();
  for (const round of rounds) await tryWithout(round, []);
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const name of FAULTS.filter((fault) => history.rounds.some(({ rates }) => rates[fault] > 0))) {
      isSmaller = (await tryWithout([], [name])) || isSmaller;
    }
    for (const number of rounds.flatMap((round) => round.toReversed()).filter((step) => !steps.has(step))) {
      isSmaller = (await tryWithout([number], [])) || isSmaller;
    }
  }
  return { history, outcome, left: { steps: [...steps].sort((a, b) => a - b), faults: [...faults] } };
}
