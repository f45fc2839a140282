import { drawHistory, type FamilyName, playHistory } from './families.ts';

/** What came of playing histories until one failed. */
export interface Run {
  /** What the last of them ended in; null when none failed. */
  readonly wrong: string | null;
  /** Of the last of them. */
  readonly seed: number;
  readonly played: number;
}

/** Every other history of bays is a longer one. */
const EDITS_OF_LONGER = 30;

/** A process that plays the histories of a family and seeds, stops at the first that fails, and says so in JSON. */
const [family, ...seeds] = process.argv.slice(2);
let run: Run = { wrong: null, seed: 0, played: 0 };
for (const seed of seeds.map(Number)) {
  const edits = family === 'bays' && seed % 2 === 0 ? EDITS_OF_LONGER : 'few';
  const { wrong } = await playHistory(drawHistory(seed, { edits, family: family as FamilyName, isOverWire: false }));
  run = { wrong: wrong[0] ?? null, seed, played: run.played + 1 };
  if (run.wrong !== null) break;
}
process.stdout.write(JSON.stringify(run), () => process.exit(0));
