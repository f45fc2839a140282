import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { HistoryChoice } from './families.ts';

export interface Plan {
  /** The first seed. */
  readonly from: number;
  readonly count: number;
  readonly choice: HistoryChoice;
  /** Threads to play them in. */
  readonly jobs: number;
}

/** What was played so far. */
export interface Tally {
  histories: number;
  edits: number;
  failures: number;
}

/** A history for a thread to play, and what it answers with. */
export interface Asked {
  readonly seed: number;
  readonly choice: HistoryChoice;
}
export interface Played {
  readonly editsMade: number;
  /** The failure for a person, shrunk; null when all sides agreed. */
  readonly failure: string | null;
}

/** Plays histories in threads, keeping `tally`, and calls `onFailure` with each that fails, as it is to be told. */
export async function playHistories(plan: Plan, tally: Tally, onFailure: (failure: string) => void): Promise<void> {
  const seeds = Array.from({ length: plan.count }, (_, index) => plan.from + index).reverse();
  const playInTurn = async () => {
    for (let seed = seeds.at(-1); seed !== undefined; seed = seeds.at(-1)) {
      const worker = new Worker(new URL('./history-thread.ts', import.meta.url), {
        // Most of what a history makes is gone when it ends.
        resourceLimits: { maxYoungGenerationSizeMb: 64 },
      });
      try {
        for (seed = seeds.pop(); seed !== undefined; seed = seeds.pop()) {
          const { editsMade, failure } = await playIn(worker, { seed, choice: plan.choice });
          tally.histories++;
          tally.edits += editsMade;
          if (failure !== null) tally.failures++;
          if (failure !== null) onFailure(failure);
        }
      } catch (error) {
        // Thrown where no history could take notice of it; the thread is gone, the others' histories are not.
        tally.histories++;
        tally.failures++;
        onFailure(`seed ${seed} ended its thread: ${error instanceof Error ? error.stack : String(error)}`);
      } finally {
        await worker.terminate();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(plan.jobs, plan.count) }, playInTurn));
}

async function playIn(worker: Worker, asked: Asked): Promise<Played> {
  const answer = once(worker, 'message');
  worker.postMessage(asked);
  const [played] = (await answer) as [Played];
  return played;
}
