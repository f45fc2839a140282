import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type FamilyName, MUTANTS } from './families.ts';
import type { Mutant } from './mutants/mutant.ts';
import { SourceCopy } from './source-copy.ts';
import type { Run, RunPlan } from './until-failure.ts';

/** A mutant whose histories take longer has been noticed: they do not end. */
const PATIENCE_MS = 600_000;

export interface Trial {
  readonly mutant: Mutant;
  /** How it was noticed; null when it survived. */
  readonly noticed: string | null;
  readonly histories: number;
}

/** How a family's mutants are tried. */
export interface TrialPlan {
  readonly family: FamilyName;
  /** The first seed. */
  readonly from: number;
  /** Histories for each. */
  readonly most: number;
  readonly jobs: number;
  /** A part of the names of those to be tried. */
  readonly only: string;
}

/** How many were tried, and the seeds that were left out. */
export interface Tried {
  readonly count: number;
  readonly unsound: readonly number[];
}

/**
 * Plays a family's histories against each of its mutants until one fails, the directed ones last, and tells of each how it
 * went. Seeds whose histories fail without any mutant say nothing about one: they are left out, and answered.
 * @throws RangeError for a mutant that is out of date.
 */
export async function tryMutants(
  { family, from, most, jobs, only }: TrialPlan,
  tell: (trial: Trial) => void,
): Promise<Tried> {
  const chosen = MUTANTS[family].filter(({ name }) => name.includes(only));
  const left = chosen.toReversed();
  const copies = await Promise.all(Array.from({ length: Math.min(jobs, chosen.length) }, () => SourceCopy.make()));
  try {
    const seeds = Array.from({ length: most }, (_, index) => from + index);
    const unsound = await Promise.all(
      copies.map((copy, index) => failing(copy, family, every(copies.length, index, seeds))),
    );
    const sound = seeds.filter((seed) => !unsound.flat().includes(seed));
    await Promise.all(
      copies.map(async (copy) => {
        for (let mutant = left.pop(); mutant; mutant = left.pop()) {
          const { wrong, played } = await copy.with(mutant, () =>
            play(copy, { family, seeds: sound, isDirectedToo: true }),
          );
          tell({ mutant, noticed: wrong, histories: played });
        }
      }),
    );
    return { count: chosen.length, unsound: unsound.flat() };
  } finally {
    await Promise.all(copies.map((copy) => copy.remove()));
  }
}

/** The seeds whose histories fail. */
async function failing(copy: SourceCopy, family: FamilyName, seeds: readonly number[]): Promise<number[]> {
  const { wrong, seed, played } = await play(copy, { family, seeds, isDirectedToo: false });
  return wrong === null ? [] : [seed, ...(await failing(copy, family, seeds.slice(Math.max(1, played))))];
}

function every<T>(nth: number, first: number, all: readonly T[]): T[] {
  return all.filter((_, index) => index % nth === first);
}

/** Plays histories with the copy's sources, in a process of its own: it may hang, or fall. */
async function play({ folder }: SourceCopy, plan: RunPlan): Promise<Run> {
  const script = join(folder, 'sandbox/src/simulation/until-failure.ts');
  const child = spawn(process.execPath, [script, JSON.stringify(plan)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE_MS,
  });
  const [said, complaint, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (code === 0) return JSON.parse(said) as Run;
  const how = code === null ? 'its histories did not end' : `its process fell: ${complaint.trim().slice(0, 300)}`;
  return { wrong: how, seed: plan.seeds[0] ?? 0, played: 0 };
}
