import { CommitTooLarge, InvalidInput } from '../../domain/errors.ts';
import { type Changes, DELETE_FIELD, type DocumentData, type Value, type Write } from '../../ports/document-store.ts';
import { checkDocumentPath } from './path-rules.ts';
import { costOfFields } from './value-rules.ts';

/** https://firebase.google.com/docs/firestore/quotas: "Maximum size for a document", "API request size". */
const MAX_DOCUMENT_BYTES = 1_048_576;
const MAX_COMMIT_BYTES = 10_485_760;
const MAX_INDEX_ENTRIES = 40_000;

/** https://firebase.google.com/docs/firestore/storage-size: added to the path, and to the fields. */
const NAME_OVERHEAD_BYTES = 16;
const DOCUMENT_OVERHEAD_BYTES = 32;

/**
 * Checks everything about a commit that can be known without the documents it changes.
 * @throws InvalidInput; CommitTooLarge when all of it together exceeds 10 MiB.
 */
export function checkWrites(writes: readonly Write[]): void {
  let bytes = 0;
  for (const write of writes) {
    checkDocumentPath(write.path);
    bytes += bytesOf(write);
  }
  if (bytes > MAX_COMMIT_BYTES) throw new CommitTooLarge(`A commit of ${bytes} bytes exceeds ${MAX_COMMIT_BYTES}.`);
}

/**
 * Checks a whole document and returns its size in bytes, as Firestore counts it.
 * @throws InvalidInput when a field cannot be stored, or the document is too large.
 */
export function checkDocument(path: string, data: DocumentData): number {
  const fields = costOfFields(data);
  const bytes = nameBytes(path) + fields.bytes + DOCUMENT_OVERHEAD_BYTES;
  if (bytes > MAX_DOCUMENT_BYTES) {
    throw new InvalidInput(`The document ${path} of ${bytes} bytes exceeds ${MAX_DOCUMENT_BYTES}.`);
  }
  if (fields.indexEntries > MAX_INDEX_ENTRIES) {
    throw new InvalidInput(`The document ${path} makes more than ${MAX_INDEX_ENTRIES} index entries.`);
  }
  return bytes;
}

/** What `changes` say, apart: the fields to set, and the names of those to remove. `undefined` says nothing. */
export function splitChanges(changes: Changes): { readonly set: Record<string, Value>; readonly remove: string[] } {
  const set: Record<string, Value> = {};
  const remove: string[] = [];
  for (const [field, value] of Object.entries(changes)) {
    if (value === DELETE_FIELD) remove.push(field);
    else if (value !== undefined) set[field] = value;
  }
  return { set, remove };
}

function bytesOf(write: Write): number {
  if (write.type === 'delete') return nameBytes(write.path);
  if (write.type === 'create' || write.type === 'set') return checkDocument(write.path, write.data);
  const { set, remove } = splitChanges(write.data);
  costOfFields(Object.fromEntries(remove.map((field) => [field, null])));
  if (write.type === 'update' && remove.length === 0 && Object.keys(set).length === 0) {
    throw new InvalidInput(`The update of ${write.path} changes no field.`);
  }
  return checkDocument(write.path, set);
}

function nameBytes(path: string): number {
  const segments = path.split('/').length;
  const slashes = segments - 1;
  return Buffer.byteLength(path) - slashes + segments + NAME_OVERHEAD_BYTES;
}
