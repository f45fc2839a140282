import { InvalidInput } from '../../domain/errors.ts';
import {
  type Import,
  type ImportContent,
  type ImportOptions,
  importSetId,
  MOST_CONFLICTS,
} from '../../domain/import.ts';
import { instantOf } from '../../domain/interval.ts';
import { dateAt } from '../../ical/local-time.ts';
import type { SyncDeps } from '../deps.ts';
import { type ImportFile, type ImportReading, readImport } from './read-import.ts';
import { foreseeConflicts, importedResource, partsOf, planNow } from './survey-import.ts';

/** How long a preview can be committed. */
const PREVIEW_MS = 24 * 3_600_000;
/** Of a commit to Firestore, which takes 10 MiB. */
const MOST_KEPT_BYTES = 8_000_000;

const TOO_MANY_CONFLICTS =
  `there are more than ${MOST_CONFLICTS} conflicts, and it cannot be committed: check that the file is of this resource ` +
  'and of no other';

/** A file as it was read and compared with the ledger. */
export interface ImportPreview {
  readonly kept: Import;
  readonly content: ImportContent;
}

/**
 * Reads a file and keeps, for a day, what committing it would do. The ledger stays as it is.
 * @throws InvalidInput when it is no calendar or holds too much; NotFound without the resource, and what the document
 * store throws.
 */
export async function previewImport(
  input: {
    readonly tenantId: string;
    readonly importId: string;
    readonly resourceId: string;
    readonly file: ImportFile;
    readonly options: ImportOptions;
  },
  deps: SyncDeps,
): Promise<ImportPreview> {
  const { tenantId, importId, resourceId, options } = input;
  const now = deps.clock.now();
  const resource = await importedResource(tenantId, resourceId, deps);
  const setId = importSetId(resourceId, options.set);
  const today = dateAt(instantOf(now), resource.timeZone);
  const reading = readImport(input.file, { resource, setId, options, today });
  const subject = { tenantId, resource, setId, options, platform: reading.platform, runId: 'preview' };
  const parts = await partsOf(subject, deps);
  const plan = await planNow(subject, reading, parts, deps);
  const { conflicts, areTooMany } = await foreseeConflicts(tenantId, plan.changes, parts, deps);
  const warnings = areTooMany ? [...reading.warnings, TOO_MANY_CONFLICTS] : reading.warnings;
  const content = contentOf({ ...reading, warnings }, plan.changes, conflicts);
  const { writes, pieces } = deps.store.importContent.create(tenantId, importId, content, now);
  refuseUnkeepable(writes);
  const kept: Import = {
    id: importId,
    resourceId,
    setId,
    options: { ...options, ...(reading.platform !== undefined && { platform: reading.platform }) },
    status: 'preview',
    contentShards: pieces,
    counts: countsOf(reading, plan, conflicts.length),
    createdAt: instantOf(now),
    expiresAt: instantOf(now + PREVIEW_MS),
  };
  await deps.documents.commit([deps.store.imports.create(tenantId, kept, now), ...writes]);
  deps.log.info('import.previewed', { tenantId, resourceId, count: plan.changes.length });
  return { kept, content };
}

function contentOf(
  { entries, calledOff, unreadable, series, setAside, warnings }: ImportReading,
  changes: ImportContent['changes'],
  conflicts: ImportContent['conflicts'],
): ImportContent {
  return { entries, calledOff, unreadable, series, changes, conflicts, setAside, warnings };
}

function countsOf(
  { seen, setAsideCount }: ImportReading,
  { changes, same }: { readonly changes: ImportContent['changes']; readonly same: number },
  conflicts: number,
): Import['counts'] {
  const count = (...actions: readonly string[]) => changes.filter(({ action }) => actions.includes(action)).length;
  return {
    seen,
    added: count('added'),
    changed: count('changed', 'back'),
    same,
    cancelled: count('cancelled'),
    conflicts,
    setAside: setAsideCount,
  };
}

function refuseUnkeepable(writes: readonly { readonly type: string }[]): void {
  let bytes = 0;
  for (const write of writes) if ('data' in write) bytes += (write.data as { v: Uint8Array }).v.length;
  if (bytes <= MOST_KEPT_BYTES) return;
  throw new InvalidInput('the file holds more than can be kept for a preview: cut it into several files', {
    paths: ['file'],
  });
}
