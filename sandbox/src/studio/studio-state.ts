import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the simulators remember between two runs of the studio, as JSON. */
export interface StudioState {
  readonly google?: unknown;
  readonly uschedule?: unknown;
  readonly feeds?: unknown;
  readonly motopress?: unknown;
  readonly tasks?: unknown;
  /** The studio's time when it stopped, milliseconds since 1970. */
  readonly clock?: number;
  readonly account?: unknown;
  /** Tasks that wait name the port their worker listened on. */
  readonly workersPort?: number;
}

const FILE = 'simulators.json';

/** The state kept in `folder`; empty for a new one. @throws SyntaxError when the file is damaged. */
export function loadState(folder: string): StudioState {
  try {
    return JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as StudioState;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** Replaces the state in one step: a studio killed while saving finds the former one. */
export function saveState(folder: string, state: StudioState): void {
  mkdirSync(folder, { recursive: true });
  const draft = join(folder, `${FILE}.draft`);
  writeFileSync(draft, JSON.stringify(state), { mode: 0o600 });
  renameSync(draft, join(folder, FILE));
}
