/**
 * Paths are stored with this character between their segments, so that SQLite sorts them as Firestore does: segment
 * by segment. No segment has it, or one below it.
 */
const SEPARATOR = '\u0001';

/** `tenants/loft` as it is stored. */
export function toStoredPath(path: string): string {
  return path.replaceAll('/', SEPARATOR);
}

/** A stored path as everybody else writes it. */
export function fromStoredPath(stored: string): string {
  return stored.replaceAll(SEPARATOR, '/');
}
