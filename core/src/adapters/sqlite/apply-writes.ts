import { AlreadyExists, NotFound, PreconditionFailed } from '../../domain/errors.ts';
import type { DocumentData, StoredDocument, Write } from '../../ports/document-store.ts';
import { checkDocument, splitChanges } from '../firestore/write-rules.ts';
import type { DocumentRows } from './document-rows.ts';

/**
 * Applies writes in order, as one commit. To be called within `DocumentRows.atomically`, which undoes all of them
 * when one fails.
 * @throws AlreadyExists, NotFound or PreconditionFailed when a condition does not hold; InvalidInput when a document
 * grows too large.
 */
export function applyWrites(table: DocumentRows, writes: readonly Write[]): void {
  if (writes.length === 0) return;
  const commit = table.nextCommit();
  for (const write of writes) {
    const after = outcome(write, table.read(write.path));
    if (after) table.put(write.path, after, commit);
    else table.remove(write.path);
  }
}

/** The document's fields after a write, or null when it is to be gone. */
function outcome(write: Write, before: StoredDocument | null): DocumentData | null {
  switch (write.type) {
    case 'create':
      if (before) throw new AlreadyExists(`There is a document at ${write.path}.`);
      return write.data;
    case 'set':
      return write.data;
    case 'merge':
      return changed(write, before?.data ?? {});
    case 'update':
      checkUpdateTime(write, before);
      if (!before) throw new NotFound(`There is no document at ${write.path}.`);
      return changed(write, before.data);
    case 'delete':
      checkUpdateTime(write, before);
      return null;
  }
}

function changed(write: Write & { type: 'merge' | 'update' }, before: DocumentData): DocumentData {
  const { set, remove } = splitChanges(write.data);
  const kept = Object.entries(before).filter(([field]) => !remove.includes(field));
  const data = { ...Object.fromEntries(kept), ...set };
  checkDocument(write.path, data);
  return data;
}

function checkUpdateTime(write: Write & { type: 'update' | 'delete' }, before: StoredDocument | null): void {
  if (write.ifUpdateTime !== undefined && write.ifUpdateTime !== before?.updateTime) {
    throw new PreconditionFailed(`The document ${write.path} has changed.`);
  }
}
