import { NotFound, Rejected } from '../domain/errors.ts';
import { digest, taskNameOf } from '../domain/identity.ts';
import type { Run, RunChange } from '../domain/run.ts';
import { type UndoPart, undoPartId } from '../domain/undo.ts';
import type { TaskPayloads } from '../ports/task-queue.ts';
import type { SyncDeps } from './deps.ts';
import { revertPart } from './revert-part.ts';
import { recordedRevert, whyNot } from './revertible.ts';

/** Whoever began a revert of several transactions is no longer at it after this long (Cloud Run's request timeout). */
const ABANDONED_AFTER_MS = 5 * 60_000;

interface RevertInput {
  readonly tenantId: string;
  readonly runId: string;
}

/**
 * Takes back what an import or a staff decision did: what it added is cancelled, what it changed is as it was. What has
 * changed since stays, and the run that this leaves behind names it. Reverted again, it answers with that same run.
 * @throws NotFound when the run is no longer kept; Rejected with `not_revertible` for a run that is no import and no
 * decision of staff's, and `changed_since` when all that it did has been changed since; what the ledger and the store
 * throw, after which it can be asked again.
 */
export async function revertRun(input: RevertInput, deps: SyncDeps): Promise<Run> {
  const { tenantId, runId } = input;
  const { documents, store } = deps;
  const run = await store.runs.get(documents, tenantId, runId);
  if (!run) throw new NotFound(`no run "${runId}"; runs are kept for 90 days`);
  if (run.revertedBy !== undefined) return readRun(tenantId, run.revertedBy, deps);
  const refusal = whyNot(run);
  if (refusal !== null) throw new Rejected(refusal, { reason: 'not_revertible' });
  // Derived, so that a revert that is asked for twice is one.
  const revertId = digest('revert', tenantId, runId).slice(0, 20);
  const startedAt = deps.clock.now();
  const parts = run.undoParts ?? 0;
  if (parts > 1) await enqueueFinish(input, deps);
  const changes: RunChange[] = [];
  // The last first: a later part may have changed what an earlier one did.
  for (let number = parts - 1; number >= 0; number--) {
    const part = await readPart(tenantId, run.id, number, deps);
    changes.push(...(await revertPart({ tenantId, run, revertId, part }, deps)));
  }
  return recordedRevert({ tenantId, run, revertId, startedAt, changes }, deps);
}

/** Goes on with a revert that was begun and not ended; nothing to do for one that is done or was refused. */
export async function finishRevert(input: TaskPayloads['revert-run'], deps: SyncDeps): Promise<void> {
  try {
    await revertRun(input, deps);
  } catch (error) {
    if (!(error instanceof Rejected) && !(error instanceof NotFound)) throw error;
    deps.log.info('run.not-reverted', { tenantId: input.tenantId, runId: input.runId, error });
  }
}

async function enqueueFinish({ tenantId, runId }: RevertInput, { tasks, clock }: SyncDeps): Promise<void> {
  await tasks.enqueue({
    queue: 'revert-run',
    payload: { tenantId, runId },
    name: taskNameOf('finish-revert', tenantId, runId),
    runAt: clock.now() + ABANDONED_AFTER_MS,
  });
}

async function readPart(tenantId: string, runId: string, number: number, deps: SyncDeps): Promise<UndoPart> {
  const part = await deps.store.undo.get(deps.documents, tenantId, undoPartId(runId, number));
  if (!part) throw new NotFound(`what reverting run "${runId}" takes is no longer kept`);
  return part;
}

async function readRun(tenantId: string, runId: string, { documents, store }: SyncDeps): Promise<Run> {
  const run = await store.runs.get(documents, tenantId, runId);
  if (!run) throw new NotFound(`it was reverted by run "${runId}", which is no longer kept`);
  return run;
}
