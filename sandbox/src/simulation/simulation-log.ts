import type { Clock } from '@dovetail/core/ports/clock.ts';
import type { Log, LogFields } from '@dovetail/core/ports/log.ts';

const KEPT = 4_000;

/** What the flows logged and what was done to them, in the order of virtual time. */
export class SimulationLog implements Log {
  readonly #clock: Clock;
  readonly #lines: string[] = [];
  /** Failures that staff would be told of, or would have to look into. */
  readonly troubles: string[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  info(action: string, fields?: LogFields): void {
    this.note(action, fields);
  }

  warn(action: string, fields?: LogFields): void {
    this.note(action, fields);
  }

  error(action: string, fields?: LogFields): void {
    this.troubles.push(this.note(action, fields));
  }

  alert(action: string, fields?: LogFields): void {
    this.troubles.push(this.note(action, fields));
  }

  note(action: string, told: object = {}): string {
    const { error, ...fields }: { error?: unknown } = told;
    const cause = error instanceof Error ? ` ${error.name}: ${error.message}` : '';
    const line = `${new Date(this.#clock.now()).toISOString()} ${action} ${JSON.stringify(fields)}${cause}`;
    this.#lines.push(line);
    if (this.#lines.length > KEPT) this.#lines.shift();
    return line;
  }
}
