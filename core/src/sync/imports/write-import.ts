import type { Conflict } from '../../domain/conflict.ts';
import { PreconditionFailed } from '../../domain/errors.ts';
import type { Import, ImportChange, ImportContent, ImportProgress } from '../../domain/import.ts';
import { msOf } from '../../domain/interval.ts';
import type { RunChange } from '../../domain/run.ts';
import { type UndoStep, undoPartId } from '../../domain/undo.ts';
import { commitChanges, type Followed, tellOpened } from '../../ledger/commit-changes.ts';
import { commitInParts } from '../../ledger/commit-in-parts.ts';
import type { Write } from '../../ports/document-store.ts';
import type { Versioned } from '../../store/collection.ts';
import type { SyncDeps } from '../deps.ts';
import { enqueueReconciles } from '../enqueue-reconciles.ts';
import { runWrite } from '../record-run.ts';
import { undoEvent } from '../undo-steps.ts';
import type { ImportParts } from './import-event-state.ts';
import { planImportRules, type RuleChanges } from './plan-import-rules.ts';
import { decisionOf } from './survey-import.ts';

/** An import that is being committed: what is left to do of it. */
export interface ImportWork {
  readonly tenantId: string;
  readonly kept: Versioned<Import>;
  readonly content: ImportContent;
  readonly parts: ImportParts;
  readonly changes: readonly ImportChange[];
}

const NOTHING_DONE: ImportProgress = { parts: 0, added: 0, changed: 0, cancelled: 0, conflicts: 0 };

/**
 * Writes what is left to do, then, with the last of it, the run. Each transaction holds only if nobody else wrote the
 * import's document meanwhile.
 * @throws PreconditionFailed when somebody did, and what the ledger and the store throw.
 */
export async function writeImport(work: ImportWork, deps: SyncDeps): Promise<void> {
  const { tenantId, kept } = work;
  const { id, setId, runId = '' } = kept.value;
  const where = [{ field: 'setId', op: '==', value: setId }] as const;
  const known = await deps.store.importRules.query(deps.documents, tenantId, { where });
  const rules = planImportRules(kept.value, work.content, known, runId, deps.clock.now());
  let { updateTime } = kept;
  let done = kept.value.done ?? NOTHING_DONE;
  const earlier = await stepsSoFar(tenantId, runId, done.parts, deps);
  const told = earlier.flatMap((step) => tell(step, kept.value.resourceId));
  const opened: Conflict[] = [];
  const write = async (part: readonly ImportChange[], isLast: boolean) => {
    const fence: PartWrites = (steps, next) => [
      deps.store.undo.set(tenantId, { id: undoPartId(runId, next.parts - 1), steps }, deps.clock.now()),
      deps.store.imports.update(tenantId, id, { done: next }, updateTime),
    ];
    const closing: PartWrites = (steps, next) => {
      const all = [...steps, ...rules.undo];
      const changes = [...told, ...steps.flatMap((step) => tell(step, kept.value.resourceId))];
      return closingWrites(work, { updateTime, steps: all, done: next, changes, rules }, deps);
    };
    const written = await writePart(work, part, done, isLast ? closing : fence, deps);
    opened.push(...written.opened);
    if (isLast) return;
    told.push(...written.steps.flatMap((step) => tell(step, kept.value.resourceId)));
    done = written.done;
    updateTime = await updateTimeOf(work, done, deps);
  };
  try {
    if (work.changes.length === 0) await write([], true);
    else await commitInParts(work.changes, write);
  } finally {
    tellOpened(tenantId, opened, deps);
  }
  deps.log.info('import.committed', { tenantId, resourceId: kept.value.resourceId, runId });
}

/** What is written with a part: it gets what undoing it takes and how far the import has come with it. */
type PartWrites = (steps: readonly UndoStep[], done: ImportProgress) => readonly Write[];

/** Commits one part, empty ones too. */
async function writePart(
  { tenantId, parts }: ImportWork,
  chunk: readonly ImportChange[],
  done: ImportProgress,
  writes: PartWrites,
  deps: SyncDeps,
): Promise<{
  readonly steps: readonly UndoStep[];
  readonly done: ImportProgress;
  readonly opened: readonly Conflict[];
}> {
  const actions = new Map(chunk.map(({ eventId, action }) => [eventId, action]));
  const after = (followed: Followed) => {
    const steps = followed.changes.flatMap((change) => {
      const action = actions.get(change.after.id);
      return action === undefined ? [] : [undoEvent(change, action)];
    });
    return { steps, done: progress(done, steps, followed.conflicts) };
  };
  const { eventIds, decide } = decisionOf(chunk, parts);
  const result = await commitChanges(
    {
      ...{ tenantId, eventIds, isPart: true, readsTenant: true },
      decide: (current, seen) => ({
        ...decide(current, seen),
        writes: (followed) => {
          const so = after(followed);
          return writes(so.steps, so.done);
        },
      }),
    },
    deps,
  );
  await enqueueReconciles(tenantId, result.marked, deps);
  return { ...after(result), opened: result.opened };
}

function progress(done: ImportProgress, steps: readonly UndoStep[], conflicts: number): ImportProgress {
  const count = (...actions: readonly string[]) =>
    steps.filter((step) => step.type === 'event' && actions.includes(step.action)).length;
  return {
    parts: done.parts + 1,
    added: done.added + count('added'),
    changed: done.changed + count('changed', 'back'),
    cancelled: done.cancelled + count('cancelled'),
    conflicts: done.conflicts + conflicts,
  };
}

async function stepsSoFar(tenantId: string, runId: string, parts: number, { documents, store }: SyncDeps) {
  const ids = Array.from({ length: parts }, (_, number) => undoPartId(runId, number));
  const found = await store.undo.getMany(documents, tenantId, ids);
  return found.flatMap((part) => part?.steps ?? []);
}

function tell(step: UndoStep, resourceId: string): RunChange[] {
  return step.type === 'event' ? [{ action: step.action, eventId: step.eventId, resourceId }] : [];
}

async function updateTimeOf({ tenantId, kept }: ImportWork, done: ImportProgress, deps: SyncDeps): Promise<string> {
  const found = await deps.store.imports.getVersioned(deps.documents, tenantId, kept.value.id);
  if (found?.value.done?.parts === done.parts) return found.updateTime;
  throw new PreconditionFailed('the import is being committed by somebody else');
}

interface Closing {
  readonly updateTime: string;
  readonly steps: readonly UndoStep[];
  readonly done: ImportProgress;
  readonly changes: readonly RunChange[];
  readonly rules: RuleChanges;
}

function closingWrites(
  { tenantId, kept, content }: ImportWork,
  { updateTime, steps, done, changes, rules }: Closing,
  deps: SyncDeps,
): Write[] {
  const { id, resourceId, runId = '', begunAt = '', counts, contentShards } = kept.value;
  const { store, clock } = deps;
  const now = clock.now();
  const run = runWrite(
    runId,
    {
      tenantId,
      flow: 'commit-import',
      trigger: 'staff',
      status: counts.setAside > 0 ? 'partial' : 'success',
      resourceId,
      importId: id,
      undoParts: done.parts,
      startedAt: msOf(begunAt),
      counts: {
        seen: counts.seen,
        added: done.added,
        changed: done.changed,
        released: done.cancelled,
        setAside: counts.setAside,
        conflicts: done.conflicts,
      },
      changes,
      warnings: content.warnings,
      ...(content.setAside.length > 0 && { setAside: content.setAside }),
    },
    deps,
  );
  return [
    run,
    store.undo.set(tenantId, { id: undoPartId(runId, done.parts - 1), steps }, now),
    ...rules.kept.map((rule) => store.importRules.set(tenantId, rule)),
    ...rules.forgotten.map((ruleId) => store.importRules.delete(tenantId, ruleId)),
    store.imports.update(tenantId, id, { status: 'committed', runId, begunAt, done, contentShards: 0 }, updateTime),
    ...store.importContent.remove(tenantId, id, contentShards),
  ];
}
