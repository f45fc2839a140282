import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmulator } from './emulator.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the Firestore emulator of this run listens (`127.0.0.1:port`); null when there is none. */
    firestoreEmulator: string | null;
  }
}

/**
 * Starts one Firestore emulator for the whole run, if a test of the run says `inject('firestoreEmulator')`. Where none
 * is found, the run's last lines say which suites did not run.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const suites = await thoseThatWantIt(project.vitest.state.getPaths());
  const emulator = suites.length > 0 || project.vitest.config.watch ? await startEmulator() : null;
  project.provide('firestoreEmulator', emulator?.host ?? null);
  return async () => {
    await emulator?.stop();
    if (!emulator && suites.length > 0) process.stderr.write(warning(suites));
  };
}

async function thoseThatWantIt(paths: readonly string[]): Promise<string[]> {
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  return paths.filter((_, index) => texts[index]?.includes("inject('firestoreEmulator')"));
}

function warning(suites: readonly string[]): string {
  const names = suites.map((path) => `  ${relative(process.cwd(), path)}`).sort();
  return [
    '',
    'NOT CHECKED AGAINST FIRESTORE: no emulator was found, so these suites did not run.',
    ...names,
    'Set FIRESTORE_EMULATOR_HOST or FIRESTORE_EMULATOR_JAR, or install it: gcloud components install cloud-firestore-emulator',
    '',
    '',
  ].join('\n');
}
