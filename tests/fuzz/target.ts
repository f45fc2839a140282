import type fc from 'fast-check';

/** Has something dealt with an input, and counts and times it. */
export interface Probe {
  /**
   * Does `work`, which is `label` to whoever reads the report.
   * @throws Finding when it takes more than a second; what `work` throws.
   */
  time<T>(label: string, work: () => T | Promise<T>): Promise<T>;
}

/** Something that strangers can write to, ready to be written to. */
export interface OpenTarget<I> {
  /** What it is given. */
  readonly inputs: fc.Arbitrary<I>;
  /**
   * Gives it an input, after which nothing may be wrong. What is left of one input must not bear on the next.
   * @throws anything, when something is wrong.
   */
  play(input: I, probe: Probe): Promise<void>;
  /** An input as a person reads it. */
  show(input: I): string;
  close(): Promise<void>;
}

/** A part of the product that takes what others wrote. */
export interface Target<I = unknown> {
  /** Opened anew now and then, so that an hour of inputs fills no memory. */
  open(): Promise<OpenTarget<I>>;
}
