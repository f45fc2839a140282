import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutants/mutant.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** What the simulation imports. */
const WORKSPACES = ['core', 'run-service', 'functions', 'sandbox'];

/** The mutant's file with its fault in it. @throws RangeError when its text does not stand there exactly once. */
export async function mutated({ name, file, find, replace }: Mutant): Promise<string> {
  const text = await readFile(join(ROOT, file), 'utf8');
  const [before, after, ...more] = text.split(find);
  if (before === undefined || after === undefined || more.length > 0) {
    const times = text.split(find).length - 1;
    throw new RangeError(`The mutant "${name}" is out of date: its text stands ${times} times in ${file}, not once.`);
  }
  return `${before}${replace}${after}`;
}

/** A copy of the sources in a folder of its own, with the project's dependencies. */
export class SourceCopy {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<SourceCopy> {
    const folder = await mkdtemp(join(tmpdir(), 'dovetail-mutants-'));
    const modules = join(folder, 'node_modules');
    await mkdir(join(modules, '@dovetail'), { recursive: true });
    for (const workspace of WORKSPACES) {
      for (const part of ['package.json', 'src']) {
        await cp(join(ROOT, workspace, part), join(folder, workspace, part), { recursive: true });
      }
      await symlink(join(folder, workspace), join(modules, '@dovetail', workspace));
    }
    for (const name of await readdir(join(ROOT, 'node_modules'))) {
      if (name !== '@dovetail') await symlink(join(ROOT, 'node_modules', name), join(modules, name));
    }
    return new SourceCopy(folder);
  }

  /** Does `work` while the mutant's fault is in the copy. @throws RangeError as `mutated`. */
  async with<T>(mutant: Mutant, work: () => Promise<T>): Promise<T> {
    const path = join(this.folder, mutant.file);
    const sound = await readFile(path, 'utf8');
    await writeFile(path, await mutated(mutant));
    try {
      return await work();
    } finally {
      await writeFile(path, sound);
    }
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}
