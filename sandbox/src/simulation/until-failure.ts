import { type AnyHistory, DIRECTED, drawHistory, type FamilyName, playHistory } from './families.ts';

/** What came of playing histories until one failed. */
export interface Run {
  /** What the last of them ended in; null when none failed. */
  readonly wrong: string | null;
  /** Of the last of them. */
  readonly seed: number;
  readonly played: number;
}

/** What is played. */
export interface RunPlan {
  readonly family: FamilyName;
  readonly seeds: readonly number[];
  /** After those of the seeds, what is played of the family by design. */
  readonly isDirectedToo: boolean;
}

/** Every other history of bays is a longer one. */
const EDITS_OF_LONGER = 30;

/** A process that plays histories by a plan in JSON, stops at the first that fails, and says so in JSON. */
let run: Run = { wrong: null, seed: 0, played: 0 };
for (const history of historiesOf(JSON.parse(process.argv[2] ?? '') as RunPlan)) {
  const { wrong } = await playHistory(history);
  run = { wrong: wrong[0] ?? null, seed: history.seed, played: run.played + 1 };
  if (run.wrong !== null) break;
}
process.stdout.write(JSON.stringify(run), () => process.exit(0));

function* historiesOf({ family, seeds, isDirectedToo }: RunPlan): Generator<AnyHistory> {
  for (const seed of seeds) {
    const edits = family === 'bays' && seed % 2 === 0 ? EDITS_OF_LONGER : 'few';
    yield drawHistory(seed, { edits, family, isOverWire: false });
  }
  if (isDirectedToo) yield* DIRECTED[family].flatMap(({ histories }) => histories);
}
