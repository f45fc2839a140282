/** A deliberate fault that the simulation must notice. */
export interface Mutant {
  /** Names the fault, and the mutant on the command line. */
  readonly name: string;
  /** What it would do to somebody. */
  readonly harm: string;
  /** From the project's root. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}
