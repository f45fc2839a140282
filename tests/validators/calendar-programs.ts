import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Programs of others that read calendars, each by how it is started; those this machine lacks are absent. */
export interface CalendarPrograms {
  readonly python?: string;
  readonly ruby?: string;
  /** `validate.c`, compiled against libical. */
  readonly libical?: string;
  readonly vdirsyncer?: string;
  readonly khal?: string;
}

/** What each is called by people, and what Debian calls the package. */
export const PROGRAMS: Readonly<Record<keyof CalendarPrograms, string>> = {
  python: 'python3-icalendar',
  ruby: 'ruby-icalendar',
  libical: 'libical-dev, gcc, libc6-dev',
  vdirsyncer: 'vdirsyncer',
  khal: 'khal',
};

/** Debian's own Python: another one in the path does not see Debian's packages. */
const PYTHON = '/usr/bin/python3';

/** A file of this folder. */
export function besides(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** Finds what there is, and compiles what must be; `close` removes that again. */
export async function findCalendarPrograms(): Promise<{ programs: CalendarPrograms; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'dovetail-validators-'));
  const libical = join(folder, 'validate');
  const found = await Promise.all([
    works('python', PYTHON, ['-c', 'import icalendar']),
    works('ruby', 'ruby', ['-e', "require 'icalendar'"]),
    works('libical', 'gcc', ['-O1', '-o', libical, besides('validate.c'), '-lical'], libical),
    works('vdirsyncer', 'vdirsyncer', ['--version']),
    works('khal', 'khal', ['--version']),
  ]);
  return { programs: Object.assign({}, ...found), close: () => rm(folder, { recursive: true }) };
}

async function works(
  name: keyof CalendarPrograms,
  command: string,
  args: readonly string[],
  made = command,
): Promise<CalendarPrograms> {
  try {
    await run(command, args);
    return { [name]: made };
  } catch {
    return {};
  }
}
