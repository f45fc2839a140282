import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type CalendarPrograms, findCalendarPrograms, PROGRAMS } from './calendar-programs.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Programs of others that read what we publish, as far as this machine has them. */
    calendarPrograms: CalendarPrograms;
  }
}

/**
 * Looks for independent readers of calendars, if a test of the run says `inject('calendarPrograms')`. The run's last
 * lines say which are missing, and so what was not checked.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const paths = project.vitest.state.getPaths();
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  const suites = paths.filter((_, index) => texts[index]?.includes("inject('calendarPrograms')"));
  if (suites.length === 0) {
    project.provide('calendarPrograms', {});
    return async () => {};
  }
  const { programs, close } = await findCalendarPrograms();
  project.provide('calendarPrograms', programs);
  return async () => {
    await close();
    const missing = Object.entries(PROGRAMS).filter(([name]) => !(name in programs));
    if (missing.length > 0) process.stderr.write(warning(missing, suites));
  };
}

function warning(missing: readonly [string, string][], suites: readonly string[]): string {
  const names = missing.map(([name]) => name).join(', ');
  return [
    '',
    `NOT CHECKED AGAINST ${names}: they are not installed, so these suites ran in part.`,
    ...suites.map((path) => `  ${relative(process.cwd(), path)}`).sort(),
    `Install Debian's packages: ${missing.map(([, packages]) => packages).join(', ')}`,
    '',
    '',
  ].join('\n');
}
