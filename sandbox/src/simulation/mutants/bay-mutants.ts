import { COMMITTING_MUTANTS } from './committing-mutants.ts';
import { DRIVING_MUTANTS } from './driving-mutants.ts';
import { HANDING_ON_MUTANTS } from './handing-on-mutants.ts';
import type { Mutant } from './mutant.ts';
import { READING_MUTANTS } from './reading-mutants.ts';

/** Mutants of the flows of calendars and booking systems, for histories of bays. */
export const BAY_MUTANTS: readonly Mutant[] = [
  ...READING_MUTANTS,
  ...DRIVING_MUTANTS,
  ...COMMITTING_MUTANTS,
  ...HANDING_ON_MUTANTS,
];
