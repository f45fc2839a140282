import type { DirectedHistories } from '../course-of-events.ts';
import { BETWEEN_BAYS } from './histories-between-bays.ts';
import { OF_BOTH_SIDES } from './histories-of-both-sides.ts';
import { OF_MANY } from './histories-of-many.ts';

/** Histories of bays in which edits follow each other closely, or a process ends at the wrong moment. */
export const DIRECTED_HISTORIES: readonly DirectedHistories[] = [...BETWEEN_BAYS, ...OF_MANY, ...OF_BOTH_SIDES];
