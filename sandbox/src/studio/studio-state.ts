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
  /** Tasks that wait name it. */
  readonly workersUrl?: string;
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

/** The state with its waiting tasks sent to where the workers are now: their former port may be another program's. */
export function withWorkersAt(url: string, state: StudioState): StudioState {
  if (state.tasks === undefined || state.workersUrl === undefined) return state;
  // In a task's URL something follows the address; as the audience of its token it stands alone.
  const text = ['/', '"'].reduce(
    (tasks, end) => tasks.replaceAll(`"${state.workersUrl}${end}`, `"${url}${end}`),
    JSON.stringify(state.tasks),
  );
  return { ...state, tasks: JSON.parse(text) as unknown, workersUrl: url };
}

/** Replaces the state in one step: a studio killed while saving finds the former one. */
export function saveState(folder: string, state: StudioState): void {
  mkdirSync(folder, { recursive: true });
  const draft = join(folder, `${FILE}.draft`);
  writeFileSync(draft, JSON.stringify(state), { mode: 0o600 });
  renameSync(draft, join(folder, FILE));
}
