import { historyOf } from './history.ts';
import { runHistory } from './run-history.ts';

/** What came of playing histories until one failed. */
export interface Run {
  /** What the last of them ended in; null when none failed. */
  readonly wrong: string | null;
  readonly played: number;
}

/** Every other history is a longer one. */
const EDITS_OF_LONGER = 30;

/** A process that plays so many histories from a seed on, stops at the first that fails, and says so in JSON. */
const [from = 1, most = 1] = process.argv.slice(2).map(Number);
let run: Run = { wrong: null, played: 0 };
for (let seed = from; seed < from + most && run.wrong === null; seed++) {
  const { wrong } = await runHistory(historyOf(seed, seed % 2 === 0 ? EDITS_OF_LONGER : undefined));
  run = { wrong: wrong.length === 0 ? null : `seed ${seed}: ${wrong[0]}`, played: run.played + 1 };
}
process.stdout.write(JSON.stringify(run), () => process.exit(0));
