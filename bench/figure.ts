/** What one benchmark found, as one line of the table. */
export interface Figure {
  readonly name: string;
  /** By what each number is: `{ p50: 12, p99: 31 }`, `{ reads: 6, writes: 5 }`. */
  readonly measured: Readonly<Record<string, number>>;
  /** Of every number, where they have one. */
  readonly unit?: string;
  /** The target: the most each of these numbers may be. */
  readonly atMost?: Readonly<Record<string, number>>;
  /** Why it may miss its target, for one that we know to miss it and leave. */
  readonly missedBecause?: string;
}

export interface BenchmarkOptions {
  /** Five seconds of load instead of the full time, for work on the benchmarks themselves. */
  readonly quick: boolean;
  /** Where the services' process leaves a CPU profile when it ends. */
  readonly profileFolder?: string | undefined;
  /** Tells whoever waits how far it is. */
  readonly progress: (line: string) => void;
}

/** A figure, and the benchmark that found it. */
export interface Result {
  readonly benchmark: string;
  readonly figure: Figure;
}

/** Starts what it needs, measures, and ends what it started. @throws Error when what it measures came out wrong. */
export interface Benchmark {
  readonly name: string;
  readonly run: (options: BenchmarkOptions) => Promise<Figure[]>;
}

/** Whether a figure meets its target; undefined for one that has none. */
export function meetsTarget({ measured, atMost }: Figure): boolean | undefined {
  if (!atMost) return undefined;
  return Object.entries(atMost).every(([label, most]) => (measured[label] ?? Number.POSITIVE_INFINITY) <= most);
}
