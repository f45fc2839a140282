import type { StudioClient } from './studio-client.ts';

/** One line of the checklist: what was checked, how long it took to come true, and whether it did. */
export interface ChecklistLine {
  readonly what: string;
  readonly milliseconds: number;
  readonly failure?: string;
}

/** True when it is as expected; otherwise false, or a sentence that says what was expected and what came. */
export type Seen = boolean | string;

const PATIENCE_MS = 30_000;
const LOOK_EVERY_MS = 20;

/** The lines of a checklist as it is walked: each is reported once it has come true, or has not. */
export class Lines {
  readonly #report: (line: ChecklistLine) => void;

  constructor(report: (line: ChecklistLine) => void) {
    this.#report = report;
  }

  /**
   * Does `act`, then looks until `seen` holds; the time between is the line's.
   * @throws what `act` and `seen` throw, and Error when it does not come true in half a minute.
   */
  async line(what: string, act: () => Promise<unknown>, seen: () => Promise<Seen>): Promise<void> {
    const startedAt = performance.now();
    try {
      await act();
      await this.until(what, seen);
      this.#report({ what, milliseconds: performance.now() - startedAt });
    } catch (error) {
      this.#report({ what, milliseconds: performance.now() - startedAt, failure: (error as Error).message });
      throw error;
    }
  }

  /** A line of what is true at once or never. @throws what `check` throws, and Error with the sentence it answers. */
  check(what: string, check: () => Promise<Seen>): Promise<void> {
    return this.line(
      what,
      async () => expectSeen(await check()),
      async () => true,
    );
  }

  /** Looks until `seen` holds, without a line of its own. @throws as `line`. */
  async until(what: string, seen: () => Promise<Seen>): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    for (let last = await seen(); last !== true; last = await seen()) {
      if (performance.now() > deadline) {
        const instead = typeof last === 'string' ? `: ${last}` : '';
        throw new Error(`not within ${PATIENCE_MS / 1000} s: ${what}${instead}`);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }
}

/** Whether the two are the same as JSON; if not, the sentence that says so of `name`. */
export function isSame(name: string, came: unknown, expected: unknown): Seen {
  if (JSON.stringify(came) === JSON.stringify(expected)) return true;
  return `${name} should be ${JSON.stringify(expected)} and is ${JSON.stringify(came) ?? 'not there'}`;
}

/** The first of these that is not as expected; true when all are. */
export function all(...seen: readonly Seen[]): Seen {
  return seen.find((each) => each !== true) ?? true;
}

/** Waits until nothing is left to do in the studio. @throws Error when that takes more than half a minute. */
export async function settle(studio: StudioClient): Promise<void> {
  await studio.sandbox('GET', `/quiesce?timeoutMs=${PATIENCE_MS}`);
}

function expectSeen(seen: Seen): void {
  if (seen !== true) throw new Error(seen === false ? 'it is not as expected' : seen);
}
