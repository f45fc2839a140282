import type { Conflict } from '../domain/conflict.ts';
import type { LedgerEvent } from '../domain/event.ts';
import { instantOf } from '../domain/interval.ts';
import type { Run, RunChange } from '../domain/run.ts';
import type { UndoPart, UndoStep } from '../domain/undo.ts';
import { commitChanges } from '../ledger/commit-changes.ts';
import type { Write } from '../ports/document-store.ts';
import type { SyncDeps } from './deps.ts';
import { enqueueReconciles } from './enqueue-reconciles.ts';
import { type EventStep, planStep, type StepOutcome } from './plan-revert.ts';

interface PartInput {
  readonly tenantId: string;
  readonly run: Run;
  /** Of the revert. */
  readonly revertId: string;
  readonly part: UndoPart;
}

type Decided = Extract<UndoStep, { readonly type: 'decided' }>;

/** Takes one part of a run back in one transaction, and tells what became of each thing. Safe to repeat. */
export async function revertPart({ tenantId, run, revertId, part }: PartInput, deps: SyncDeps): Promise<RunChange[]> {
  const now = instantOf(deps.clock.now());
  const steps = part.steps.filter((step): step is EventStep => 'eventId' in step);
  const decided = part.steps.filter((step): step is Decided => step.type === 'decided');
  const judged = await judgeDecisions(tenantId, decided, deps);
  const standing = judged.filter(({ outcome }) => outcome === 'undone');
  const conflicts = standing.map(({ step: { before } }): Conflict => ({ ...before, updatedAt: now }));
  const eventIds = [
    ...new Set([...steps.map(({ eventId }) => eventId), ...conflicts.flatMap((each) => each.eventIds)]),
  ];
  const plan = (current: ReadonlyMap<string, LedgerEvent>) =>
    steps.map((step) => ({ step, ...planStep(step, current.get(step.eventId), { runId: revertId, now }) }));
  const writes = await ruleWrites(tenantId, run, part, deps);
  let planned: readonly (StepOutcome & { readonly step: EventStep })[] = [];
  const result = await commitChanges(
    {
      tenantId,
      eventIds,
      touch: conflicts.length > 0,
      decide: (current) => {
        planned = plan(current);
        const states = new Map(
          planned.flatMap((each) => (each.outcome === 'undone' ? [[each.step.eventId, each.state]] : [])),
        );
        // Both sides of a conflict are judged anew, also the one that stays as it is.
        const rivals = conflicts.flatMap((each) => each.eventIds.flatMap((id) => current.get(id) ?? []));
        for (const event of rivals) if (!states.has(event.id)) states.set(event.id, event);
        return { events: [...states.values()], conflicts, writes };
      },
    },
    deps,
  );
  await enqueueReconciles(tenantId, result.marked, deps);
  return [
    ...planned.map((each) => tell(each, run, each.step.eventId)),
    ...judged.map((each) => tell(each, run, each.step.before.eventIds[0])),
  ];
}

interface JudgedDecision {
  readonly step: Decided;
  readonly outcome: StepOutcome['outcome'];
  readonly reason: string;
}

/** Which decisions still stand. One that was taken anew, with another winner, stays. */
async function judgeDecisions(
  tenantId: string,
  decided: readonly Decided[],
  { documents, store }: SyncDeps,
): Promise<JudgedDecision[]> {
  const ids = decided.map(({ conflictId }) => conflictId);
  const found = await store.conflicts.getMany(documents, tenantId, ids);
  return decided.map((step, index) => {
    const conflict = found[index];
    const reason = 'staff have decided the conflict anew since';
    if (conflict?.resolvedBy !== 'staff') return { step, outcome: 'already', reason };
    return { step, outcome: conflict.winnerEventId === step.winnerEventId ? 'undone' : 'kept', reason };
  });
}

/** Puts back the rules that the run changed, as far as they are still as it left them. */
async function ruleWrites(
  tenantId: string,
  run: Run,
  { steps }: UndoPart,
  { documents, store }: SyncDeps,
): Promise<Write[]> {
  const changed = steps.filter((step) => step.type === 'rule');
  const ids = changed.map(({ ruleId }) => ruleId);
  const found = await store.importRules.getMany(documents, tenantId, ids);
  return changed.flatMap(({ ruleId, isKept, before }, index) => {
    const rule = found[index];
    const isAsLeft = isKept ? rule?.runId === run.id : !rule;
    if (!isAsLeft) return [];
    return before ? store.importRules.set(tenantId, before) : store.importRules.delete(tenantId, ruleId);
  });
}

function tell(
  { outcome, reason }: { readonly outcome: StepOutcome['outcome']; readonly reason?: string },
  { resourceId }: Run,
  eventId: string,
): RunChange {
  const about = { eventId, ...(resourceId !== undefined && { resourceId }) };
  if (outcome === 'kept') return { action: 'kept', ...about, ...(reason !== undefined && { reason }) };
  return { action: 'reverted', ...about };
}
