import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { ROOT } from '../service-process.ts';

/** What is deployed, as it lies on a machine that runs it, in a folder where nothing else of ours is. */
export interface Unpacked {
  readonly node: string;
  readonly runService: string;
  /** The functions' folder, with the packages their lock names. */
  readonly functions: string;
  remove(): void;
}

/** Bundles, and unpacks into a folder that everybody may read and only we may write. */
export function unpackArtifacts(): Unpacked {
  const folder = mkdtempSync(join(tmpdir(), 'dovetail-artifacts-'));
  chmodSync(folder, 0o755);
  execFileSync(process.execPath, [join(ROOT, 'scripts/bundle.mjs'), join(folder, 'dist')]);
  const runService = join(folder, 'run-service');
  mkdirSync(runService);
  copyFileSync(join(folder, 'dist/run-service/index.mjs'), join(runService, 'index.mjs'));
  const functions = unzip(join(folder, 'dist/functions.zip'), join(folder, 'functions'));
  rmSync(join(folder, 'dist'), { recursive: true });
  installLocked(functions);
  copyFileSync(join(import.meta.dirname, 'functions-host.mjs'), join(folder, 'functions-host.mjs'));
  // Ours may lie where only we can read.
  const node = join(folder, 'node');
  copyFileSync(process.execPath, node);
  chmodSync(node, 0o755);
  return { node, runService, functions, remove: () => rmSync(folder, { recursive: true }) };
}

function unzip(file: string, folder: string): string {
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(file)))) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  return folder;
}

/** What `npm ci` would do there, with the packages at hand: the lock names the same versions as ours, at the same places. */
function installLocked(folder: string): void {
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
  for (const place of Object.keys(packages).filter((name) => name !== '')) {
    const withoutNested = (path: string) =>
      path === join(ROOT, place) || !path.slice(ROOT.length + place.length).includes('node_modules');
    cpSync(join(ROOT, place), join(folder, place), { recursive: true, filter: withoutNested });
  }
}
