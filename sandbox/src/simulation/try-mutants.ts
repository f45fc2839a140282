import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Mutant } from './mutants.ts';
import { SourceCopy } from './source-copy.ts';
import type { Run } from './until-failure.ts';

/** A mutant whose histories take longer has been noticed: they do not end. */
const PATIENCE_MS = 600_000;

export interface Trial {
  readonly mutant: Mutant;
  /** How it was noticed; null when it survived. */
  readonly noticed: string | null;
  readonly histories: number;
}

/**
 * Plays histories against each mutant until one fails, and tells of each how it went. Seeds whose histories fail without
 * any mutant say nothing about one: they are left out, and answered.
 * @param most histories for each, from the seed `from` on.
 * @throws RangeError for a mutant that is out of date.
 */
export async function tryMutants(
  mutants: readonly Mutant[],
  { from, most, jobs }: { readonly from: number; readonly most: number; readonly jobs: number },
  tell: (trial: Trial) => void,
): Promise<readonly number[]> {
  const left = [...mutants].reverse();
  const copies = await Promise.all(Array.from({ length: Math.min(jobs, mutants.length) }, () => SourceCopy.make()));
  try {
    const seeds = Array.from({ length: most }, (_, index) => from + index);
    const unsound = await Promise.all(copies.map((copy, index) => failing(copy, every(copies.length, index, seeds))));
    const sound = seeds.filter((seed) => !unsound.flat().includes(seed));
    await Promise.all(
      copies.map(async (copy) => {
        for (let mutant = left.pop(); mutant; mutant = left.pop()) {
          const { wrong, played } = await copy.with(mutant, () => play(copy, sound));
          tell({ mutant, noticed: wrong, histories: played });
        }
      }),
    );
    return unsound.flat();
  } finally {
    await Promise.all(copies.map((copy) => copy.remove()));
  }
}

/** The seeds whose histories fail. */
async function failing(copy: SourceCopy, seeds: readonly number[]): Promise<number[]> {
  const { wrong, seed, played } = await play(copy, seeds);
  return wrong === null ? [] : [seed, ...(await failing(copy, seeds.slice(Math.max(1, played))))];
}

function every<T>(nth: number, first: number, all: readonly T[]): T[] {
  return all.filter((_, index) => index % nth === first);
}

/** Plays histories with the copy's sources, in a process of its own: it may hang, or fall. */
async function play({ folder }: SourceCopy, seeds: readonly number[]): Promise<Run> {
  const script = join(folder, 'sandbox/src/simulation/until-failure.ts');
  const child = spawn(process.execPath, [script, ...seeds.map(String)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE_MS,
  });
  const [said, complaint, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (code === 0) return JSON.parse(said) as Run;
  const how = code === null ? 'its histories did not end' : `its process fell: ${complaint.trim().slice(0, 300)}`;
  return { wrong: how, seed: seeds[0] ?? 0, played: 0 };
}
