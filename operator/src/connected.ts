import type { CommandWorld } from './read-command.ts';
import type { OperatorDeps } from './wiring.ts';

/** Does `work` with the installation's documents, and closes them again. */
export async function connected<T>({ connect }: CommandWorld, work: (deps: OperatorDeps) => Promise<T>): Promise<T> {
  const deps = await connect();
  try {
    return await work(deps);
  } finally {
    await deps.close();
  }
}
