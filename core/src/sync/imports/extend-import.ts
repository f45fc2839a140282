import { NotFound } from '../../domain/errors.ts';
import type { ImportRule } from '../../domain/import.ts';
import { instantOf } from '../../domain/interval.ts';
import type { Resource } from '../../domain/resource.ts';
import { type UndoStep, undoPartId } from '../../domain/undo.ts';
import { dateAt } from '../../ical/local-time.ts';
import { commitChanges, tellOpened } from '../../ledger/commit-changes.ts';
import { commitInParts } from '../../ledger/commit-in-parts.ts';
import type { Write } from '../../ports/document-store.ts';
import type { TaskPayloads } from '../../ports/task-queue.ts';
import type { SyncDeps } from '../deps.ts';
import { enqueueReconciles } from '../enqueue-reconciles.ts';
import { recordRun } from '../record-run.ts';
import { undoEvent } from '../undo-steps.ts';
import { EXTEND_EVERY_MS } from './plan-import-rules.ts';
import { readImport } from './read-import.ts';
import { decisionOf, partsOf, planNow } from './survey-import.ts';

/**
 * Makes events of those occurrences of a kept series that have come within its window since it was last expanded. What
 * the ledger knows of it already stays as it is, whatever became of it. Each addition can be reverted with the import
 * that brought the series. Safe to run again; nothing to do for a rule that is gone or not due.
 * @throws what the ledger and the store throw.
 */
export async function extendImport(input: TaskPayloads['extend-import'], deps: SyncDeps): Promise<void> {
  const { tenantId, ruleId } = input;
  const { documents, store, clock } = deps;
  const rule = await store.importRules.get(documents, tenantId, ruleId);
  if (!rule || rule.extendAt > instantOf(clock.now())) return;
  const resource = await store.resources.get(documents, tenantId, rule.resourceId);
  if (!resource) return documents.commit([store.importRules.delete(tenantId, ruleId)]);
  const startedAt = clock.now();
  const { added, warnings } = await addOccurrences({ tenantId, rule, resource }, deps).catch(async (error: unknown) => {
    // A revert, or another import of the set, has ended the rule meanwhile.
    if (error instanceof NotFound && !(await store.importRules.get(documents, tenantId, ruleId))) return NOTHING;
    throw error;
  });
  const extendAt = instantOf(startedAt + EXTEND_EVERY_MS);
  await documents.transact(async (transaction) => {
    const current = await store.importRules.get(transaction, tenantId, ruleId);
    if (current?.extendAt === rule.extendAt)
      transaction.write(store.importRules.update(tenantId, ruleId, { extendAt }));
  });
  if (added.length === 0) return;
  const changes = added.map((eventId) => ({ action: 'added', eventId, resourceId: resource.id }));
  const run = { tenantId, flow: 'extend-import', trigger: 'schedule', status: 'success', startedAt } as const;
  const counts = { seen: added.length, added: added.length };
  await recordRun({ ...run, resourceId: resource.id, counts, changes, warnings }, deps);
  deps.log.info('import.extended', { tenantId, resourceId: resource.id, count: added.length });
}

interface Extension {
  readonly tenantId: string;
  readonly rule: ImportRule;
  readonly resource: Resource;
}

const NOTHING: Added = { added: [], warnings: [] };

interface Added {
  readonly added: readonly string[];
  readonly warnings: readonly string[];
}

async function addOccurrences({ tenantId, rule, resource }: Extension, deps: SyncDeps): Promise<Added> {
  const { setId, options, runId, text } = rule;
  const now = instantOf(deps.clock.now());
  const file = { bytes: Buffer.from(text) };
  const reading = readImport(file, { resource, setId, options, today: dateAt(now, resource.timeZone) });
  const subject = { tenantId, resource, setId, options, platform: options.platform, runId };
  const parts = await partsOf(subject, deps);
  const plan = await planNow(subject, reading, parts, deps);
  const fresh = plan.changes.filter(({ action }) => action === 'added');
  const added: string[] = [];
  await commitInParts(fresh, async (chunk) => {
    const { eventIds, decide } = decisionOf(chunk, parts);
    const undone = await undoWrites({ tenantId, rule, resource }, deps);
    const result = await commitChanges(
      {
        ...{ tenantId, eventIds, isPart: true, readsTenant: true },
        decide: (current, seen) => ({
          ...decide(current, seen),
          writes: ({ changes }) => {
            const ids = new Set(eventIds);
            return undone(changes.filter(({ after }) => ids.has(after.id)).map((each) => undoEvent(each, 'added')));
          },
        }),
      },
      deps,
    );
    tellOpened(tenantId, result.opened, deps);
    await enqueueReconciles(tenantId, result.marked, deps);
    added.push(...eventIds);
  });
  return { added, warnings: reading.warnings };
}

/** What keeps a chunk's additions revertible: one part more of the run that brought the rule, if that is still kept. */
async function undoWrites(
  { tenantId, rule, resource }: Extension,
  { documents, store, clock }: SyncDeps,
): Promise<(steps: readonly UndoStep[]) => Write[]> {
  const found = await store.runs.getVersioned(documents, tenantId, rule.runId);
  // Deleting it meanwhile, as a revert does, ends the commit: what it reverts is not added again.
  const standing = store.importRules.update(tenantId, rule.id, { resourceId: resource.id });
  if (found?.value.undoParts === undefined) return () => [standing];
  const { value: run, updateTime } = found;
  const number = run.undoParts ?? 0;
  return (steps) => [
    standing,
    store.undo.set(tenantId, { id: undoPartId(run.id, number), steps }, clock.now()),
    store.runs.update(tenantId, run.id, { undoParts: number + 1 }, updateTime),
  ];
}
