/** Something the product must not do, whatever it is given. */
export class Finding extends Error {
  /** What is wrong, without what the input was: findings of one key are one. */
  readonly key: string;

  constructor(key: string, detail: string) {
    super(`${key}\n${detail}`);
    this.key = key;
  }

  override get name(): string {
    return 'Finding';
  }
}

/** What was thrown, as a finding: anything that nobody expects is one. */
export function findingOf(thrown: unknown): Finding {
  if (thrown instanceof Finding) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(`thrown: ${String(thrown)}`);
  const stack = error.stack ?? '';
  const frame = stack.split('\n').find((line) => /^\s+at .*\/(core|run-service|functions|operator)\/src\//.test(line));
  return new Finding(
    `${error.name} ${frame?.trim().replace(/\(?(file:\/\/)?\/.*\/(?=\w+\/src\/)/, '') ?? ''}`.trim(),
    stack,
  );
}

/** A finding as it is told: how to see it again, and with what. */
export interface ReportedFinding {
  readonly target: string;
  readonly key: string;
  readonly detail: string;
  /** The smallest input found that shows it. */
  readonly input: string;
  /** Shows it again. */
  readonly command: string;
}

/** The inputs of one target, and what came of them. */
export interface FuzzReport {
  readonly target: string;
  readonly inputs: number;
  /** Milliseconds. */
  readonly elapsed: number;
  readonly slowest: SlowInput | undefined;
  readonly findings: readonly ReportedFinding[];
}

/** What took longest. */
export interface SlowInput {
  readonly label: string;
  /** Milliseconds of work. */
  readonly cpu: number;
  readonly command: string;
}
