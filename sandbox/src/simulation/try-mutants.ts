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
 * Plays histories against each mutant until one fails, and tells of each how it went.
 * @param most histories for each, from the seed `from` on.
 * @throws Error when one of these histories fails without any mutant; RangeError for a mutant that is out of date.
 */
export async function tryMutants(
  mutants: readonly Mutant[],
  { from, most, jobs }: { readonly from: number; readonly most: number; readonly jobs: number },
  tell: (trial: Trial) => void,
): Promise<void> {
  const left = [...mutants].reverse();
  const copies = await Promise.all(Array.from({ length: Math.min(jobs, mutants.length) }, () => SourceCopy.make()));
  try {
    const [first] = copies;
    const sound = first && (await play(first, from, most));
    if (sound?.wrong) throw new Error(`Without any mutant, a history fails:\n${sound.wrong}`);
    await Promise.all(
      copies.map(async (copy) => {
        for (let mutant = left.pop(); mutant; mutant = left.pop()) {
          const { wrong, played } = await copy.with(mutant, () => play(copy, from, most));
          tell({ mutant, noticed: wrong, histories: played });
        }
      }),
    );
  } finally {
    await Promise.all(copies.map((copy) => copy.remove()));
  }
}

/** Plays histories with the copy's sources, in a process of its own: it may hang, or fall. */
async function play({ folder }: SourceCopy, from: number, most: number): Promise<Run> {
  const script = join(folder, 'sandbox/src/simulation/until-failure.ts');
  const child = spawn(process.execPath, [script, String(from), String(most)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE_MS,
  });
  const [said, complaint, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (code === 0) return JSON.parse(said) as Run;
  const how = code === null ? 'its histories did not end' : `its process fell: ${complaint.trim().slice(0, 300)}`;
  return { wrong: how, played: 0 };
}
