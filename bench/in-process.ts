import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BenchmarkOptions } from './figure.ts';

const run = promisify(execFile);

/**
 * Runs a measuring program in a process of its own, with a folder of its own for its store before `args`, and answers
 * with what it found. The process leaves a CPU profile where one is asked for.
 */
export async function inProcess<T>(
  program: URL,
  args: readonly string[],
  { profileFolder }: Pick<BenchmarkOptions, 'profileFolder'> = {},
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'dovetail-bench-'));
  const profile = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
  try {
    const { stdout } = await run(process.execPath, [...profile, fileURLToPath(program), folder, ...args]);
    return JSON.parse(stdout) as T;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
