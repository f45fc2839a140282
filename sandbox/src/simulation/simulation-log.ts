import type { Clock } from '@dovetail/core/ports/clock.ts';
import type { Log, LogFields } from '@dovetail/core/ports/log.ts';

const KEPT = 4_000;

interface Entry {
  readonly at: number;
  readonly action: string;
  readonly told: object;
}

/** What the flows logged and what was done to them, in the order of virtual time. */
export class SimulationLog implements Log {
  readonly #clock: Clock;
  readonly #entries: Entry[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The latest of it as text. Of a history that ends well nobody asks for it, so it is worded only here. */
  get lines(): readonly string[] {
    return this.#entries.slice(-KEPT).map(lineOf);
  }

  info(action: string, fields?: LogFields): void {
    this.note(action, fields);
  }

  warn(action: string, fields?: LogFields): void {
    this.note(action, fields);
  }

  error(action: string, fields?: LogFields): void {
    this.note(action, fields);
  }

  alert(action: string, fields?: LogFields): void {
    this.note(action, fields);
  }

  note(action: string, told: object = {}): void {
    this.#entries.push({ at: this.#clock.now(), action, told });
    if (this.#entries.length > 2 * KEPT) this.#entries.splice(0, KEPT);
  }
}

function lineOf({ at, action, told }: Entry): string {
  const { error, ...fields }: { error?: unknown } = told;
  const cause = error instanceof Error ? ` ${error.name}: ${error.message}` : '';
  return `${new Date(at).toISOString()} ${action} ${JSON.stringify(fields)}${cause}`;
}
