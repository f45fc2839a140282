import { NotFound, PreconditionFailed, Rejected } from '../../domain/errors.ts';
import { taskNameOf } from '../../domain/identity.ts';
import { type Import, type ImportContent, MOST_CONFLICTS } from '../../domain/import.ts';
import { instantOf } from '../../domain/interval.ts';
import type { Run } from '../../domain/run.ts';
import type { TaskPayloads } from '../../ports/task-queue.ts';
import type { Versioned } from '../../store/collection.ts';
import type { SyncDeps } from '../deps.ts';
import { changedSince } from './changed-since.ts';
import { foreseeConflicts, importedResource, partsOf, planNow } from './survey-import.ts';
import { type ImportWork, writeImport } from './write-import.ts';

/** Whoever began a commit of several transactions is no longer at it after this long (Cloud Run's request timeout). */
const ABANDONED_AFTER_MS = 5 * 60_000;

/**
 * Puts a previewed file into the ledger, at most 200 events in a transaction, as a run that can be reverted. Each
 * transaction also records how far the import has come; one that ended halfway goes on where it stopped when it is asked
 * again, and is asked by a task after five minutes. A commit that was done answers with its run.
 * @param force go on although the ledger is no longer as it was previewed.
 * @throws NotFound when there is no such preview or its time is over; Rejected (`changed_since_preview`) when there are
 * conflicts that the preview did not show, or its events have changed, or (`too_many_conflicts`, with `force` too) when
 * there are more than staff could settle; PreconditionFailed when it is being committed by
 * somebody else, and what the ledger and the store throw.
 */
export async function commitImport(
  input: { readonly tenantId: string; readonly importId: string; readonly force: boolean },
  deps: SyncDeps,
): Promise<Run> {
  const { tenantId, importId } = input;
  const found = await deps.store.imports.getVersioned(deps.documents, tenantId, importId);
  if (!found || isOver(found.value, deps.clock.now())) {
    throw new NotFound(`no import "${importId}"; a preview can be committed for a day, then read the file again`);
  }
  if (found.value.status === 'committed') return runOf(tenantId, found.value, deps);
  const work = await prepare(input, found, deps);
  await writeImport(work, deps);
  return runOf(tenantId, work.kept.value, deps);
}

/** Goes on with a commit that was begun and not ended. Nothing to do for any other import. @throws as `commitImport`. */
export async function finishImport(input: TaskPayloads['commit-import'], deps: SyncDeps): Promise<void> {
  const { tenantId, importId } = input;
  const kept = await deps.store.imports.get(deps.documents, tenantId, importId);
  if (kept?.status === 'committing') await commitImport({ ...input, force: true }, deps);
}

/** Works out what is left to do, and says that it is being done where that may take more than one transaction. */
async function prepare(
  { tenantId, importId, force }: { readonly tenantId: string; readonly importId: string; readonly force: boolean },
  found: Versioned<Import>,
  deps: SyncDeps,
): Promise<ImportWork> {
  const kept = found.value;
  const runId = kept.runId ?? deps.newId();
  const content = await deps.store.importContent.get(deps.documents, tenantId, importId, kept.contentShards);
  const { changes, parts } = await planAgain(tenantId, kept, content, runId, force, deps);
  const begun: Import = { ...kept, runId, begunAt: kept.begunAt ?? instantOf(deps.clock.now()) };
  const work = { tenantId, content, parts, changes, kept: { ...found, value: begun } };
  return changes.length > 1 && kept.status === 'preview' ? begin(work, deps) : work;
}

async function planAgain(
  tenantId: string,
  kept: Import,
  content: ImportContent,
  runId: string,
  force: boolean,
  deps: SyncDeps,
) {
  const { setId, options } = kept;
  const resource = await importedResource(tenantId, kept.resourceId, deps);
  const subject = { tenantId, resource, setId, options, platform: options.platform, runId };
  const parts = await partsOf(subject, deps);
  const { changes } = await planNow(subject, content, parts, deps);
  // What was begun is ended, whatever has come of it.
  if (kept.status === 'preview') {
    const { conflicts, areTooMany } = await foreseeConflicts(tenantId, changes, parts, deps);
    if (areTooMany) throw tooManyConflicts(kept);
    const news = force ? null : changedSince(content, { changes, conflicts });
    if (news !== null) throw new Rejected(news, { reason: 'changed_since_preview' });
  }
  return { changes, parts };
}

function tooManyConflicts({ resourceId }: Import): Rejected {
  return new Rejected(
    `this would lead to more than ${MOST_CONFLICTS} conflicts. Check that the file is of "${resourceId}" and of no other ` +
      'resource, and preview what is left of it',
    { reason: 'too_many_conflicts' },
  );
}

async function begin(work: ImportWork, deps: SyncDeps): Promise<ImportWork> {
  const { tenantId, kept } = work;
  const { id, runId, begunAt } = kept.value;
  // First, so that nothing that was begun is left without somebody who ends it.
  await deps.tasks.enqueue({
    queue: 'commit-import',
    payload: { tenantId, importId: id },
    name: taskNameOf('finish-import', tenantId, id, runId ?? ''),
    runAt: deps.clock.now() + ABANDONED_AFTER_MS,
  });
  const part = { status: 'committing', runId, begunAt } as const;
  await deps.documents.commit([deps.store.imports.update(tenantId, id, part, kept.updateTime)]);
  const begun = await deps.store.imports.getVersioned(deps.documents, tenantId, id);
  if (!begun || begun.value.runId !== runId)
    throw new PreconditionFailed('the import is being committed by somebody else');
  return { ...work, kept: begun };
}

/** The store removes what has expired up to a day late, so it is judged here; what was begun is ended. */
function isOver({ status, expiresAt }: Import, now: number): boolean {
  return status === 'preview' && expiresAt <= instantOf(now);
}

async function runOf(tenantId: string, { id, runId = '' }: Import, { documents, store }: SyncDeps): Promise<Run> {
  const run = await store.runs.get(documents, tenantId, runId);
  if (!run) throw new NotFound(`the run of import "${id}" is no longer kept`);
  return run;
}
