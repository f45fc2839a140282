import type { RawEntry } from '../domain/event.ts';
import { keepText } from '../ical/keep-text.ts';

/**
 * The most that is kept of a VEVENT's text. The documents of a transaction are counted, not weighed
 * (`commit-changes.ts`): with this, the thousand it may hold leave half of Firestore's 10 MiB to all else.
 */
const MOST_BYTES = 4_096;

/** A VEVENT's text as its event keeps it: with line feeds, and no more than its beginning where it is long. A copy. */
export function eventText(vevent: string): RawEntry {
  return keepText(vevent, MOST_BYTES);
}
