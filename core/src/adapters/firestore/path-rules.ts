import { InvalidInput } from '../../domain/errors.ts';

/** https://firebase.google.com/docs/firestore/quotas, "Collections, documents, and fields". */
const MAX_ID_BYTES = 1_500;
const MAX_PATH_BYTES = 6_144;

/**
 * Checks that `path` names a document as Firestore would have it, and is a little stricter: no control characters,
 * and no slash before or after.
 * @throws InvalidInput
 */
export function checkDocumentPath(path: string): void {
  const segments = checkSegments(path);
  if (segments.length % 2 !== 0) throw new InvalidInput('A document lies at an even number of path segments.');
}

/** As `checkDocumentPath`, for a collection. */
export function checkCollectionPath(path: string): void {
  const segments = checkSegments(path);
  if (segments.length % 2 !== 1) throw new InvalidInput('A collection lies at an odd number of path segments.');
}

/** Checks the name of a collection, or the id of a document. */
export function checkId(id: string): void {
  if (id === '' || id === '.' || id === '..') throw new InvalidInput('A path segment is empty or dots alone.');
  if (isReserved(id)) throw new InvalidInput('A path segment has a reserved name (__…__).');
  if (/[/\p{Cc}]/u.test(id) || !id.isWellFormed()) throw new InvalidInput('A path segment has a forbidden character.');
  if (Buffer.byteLength(id) > MAX_ID_BYTES) throw new InvalidInput(`A path segment exceeds ${MAX_ID_BYTES} bytes.`);
}

/** Names that begin and end with two underscores belong to Firestore. */
export function isReserved(name: string): boolean {
  return name.length >= 4 && name.startsWith('__') && name.endsWith('__');
}

/** `tenants/loft/events/one` → `tenants/loft/events` */
export function collectionOf(documentPath: string): string {
  return documentPath.slice(0, documentPath.lastIndexOf('/'));
}

/** The last segment: a document's id, or a collection's name. */
export function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function checkSegments(path: string): string[] {
  if (typeof path !== 'string') throw new InvalidInput('A path is a string.');
  const segments = path.split('/');
  for (const segment of segments) checkId(segment);
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) throw new InvalidInput(`A path exceeds ${MAX_PATH_BYTES} bytes.`);
  return segments;
}
