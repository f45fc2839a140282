import { PreconditionFailed, TemporarilyUnavailable } from '../domain/errors.ts';
import { mappingIdOf } from '../domain/identity.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { CancelledCalendarEvent, LiveCalendarEvent } from '../ports/calendar-provider.ts';
import { findOrCancel } from './apply-removal.ts';
import { insertEvent, isLive, readEvent, removeEvent, writeEvent } from './apply-to-calendar.ts';
import { changeSource } from './apply-to-source.ts';
import type { SyncDeps } from './deps.ts';
import { findHolder, handOver, removeFromHolder } from './hand-over.ts';
import { planReconcile, type ReconcilePlan, type ReconcileState } from './plan-reconcile.ts';
import {
  findWritableSource,
  isOvertaken,
  loadWork,
  type ReconcileWork,
  type WritableSource,
} from './reconcile-work.ts';
import { settleMapping } from './settle-mapping.ts';
import { clearLeftover, clearStrays, takeBack } from './take-back.ts';

/** How a step ended: the mapping is settled, or another look is needed, with what is known of the calendar event. */
export type StepOutcome = 'settled' | { readonly lookAgain: ReconcileState['remote'] };

/** Rounds after which both sides keep changing faster than we read: the task comes back later. */
const MOST_ROUNDS = 8;
/** Steps after which another look is needed only where they wrote nothing to the mapping. */
const ONLY_LOOKED: ReadonlySet<ReconcilePlan['do']> = new Set(['read', 'write', 'insert', 'take-back']);

/**
 * Drives one event on one calendar to agreement with the ledger, and an edit made there back to its source. The only
 * flow that writes to calendars and booking systems.
 *
 * Each round reads what is, lets `planReconcile` decide one step and performs it, until both sides agree. A crash
 * anywhere leaves the marks in place, and the next delivery starts again from what is.
 *
 * @throws RateLimited and TemporarilyUnavailable to be tried again, AccessRevoked when the calendar is no longer ours
 * to write, Rejected when it refuses the event itself.
 */
export async function reconcileEvent(
  input: { readonly tenantId: string; readonly eventId: string; readonly bindingId: string },
  deps: SyncDeps,
): Promise<void> {
  let remote: ReconcileState['remote'] = 'unread';
  let readBeside: string | undefined;
  let last: ReconcilePlan['do'] | undefined;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const work = await loadWork(input, deps);
    if (!work) return endOrphan(input, deps);
    if (!hasWork(work) || isResting(work)) return rest(work, deps);
    // Read beside a mapping that is another by now, an absence may be older than what the mapping says of it.
    if (readBeside !== undefined && readBeside !== work.updateTime) remote = 'unread';
    const source = remote === 'unread' ? null : await findWritableSource(work, deps);
    const holder = isLive(remote) && !work.wanted ? await findHolder(work, deps) : null;
    const plan = planReconcile({
      mapping: work.mapping,
      wanted: work.wanted,
      said: work.said,
      wantedAt: work.wantedAt,
      remote,
      writable: source?.fields ?? new Set(),
      isHeldElsewhere: holder !== null,
      past: work.past,
      isOvertaken: isOvertaken(work.mapping.askedOf, work),
    });
    const isRepeated = plan.do === 'change-source' && last === plan.do;
    last = plan.do;
    // The source took one edit and the calendar's seems to be another: what was read before it was asked is too old to say.
    if (isRepeated) {
      [last, remote] = [undefined, 'unread'];
      continue;
    }
    const outcome = await performGuarded(plan, { work, remote, source, holder }, deps);
    if (outcome === 'settled') return;
    remote = outcome.lookAgain;
    readBeside = ONLY_LOOKED.has(plan.do) ? work.updateTime : undefined;
  }
  throw new TemporarilyUnavailable('the event kept changing on both sides');
}

/** A mapping that changed under a step means only that the step was planned on old news: look again. */
async function performGuarded(...step: Parameters<typeof perform>): Promise<StepOutcome> {
  try {
    return await perform(...step);
  } catch (error) {
    if (error instanceof PreconditionFailed) return { lookAgain: 'unread' };
    throw error;
  }
}

/** What a round read before it planned. */
interface Round {
  readonly work: ReconcileWork;
  readonly remote: ReconcileState['remote'];
  readonly source: WritableSource | null;
  readonly holder: Mapping | null;
}

async function perform(
  plan: ReconcilePlan,
  { work, remote, source, holder }: Round,
  deps: SyncDeps,
): Promise<StepOutcome> {
  switch (plan.do) {
    case 'read':
      return readEvent(work);
    case 'insert':
      return insertEvent(plan.content, [], work, deps);
    case 'write':
      return writeEvent(plan, work, deps);
    case 'remove':
      return removeEvent(plan, work, remote, deps);
    case 'hand-over':
      return work.binding.state === 'removing'
        ? removeFromHolder(holder as Mapping, remote as LiveCalendarEvent, work, deps)
        : handOver(holder as Mapping, seen(remote).etag, work, deps);
    case 'clear-strays':
      return clearStrays(work, deps);
    case 'clear-leftover':
      return clearLeftover(work, deps);
    case 'settle':
      return settleMapping(work, { state: plan.as, ...seen(remote) }, deps);
    case 'change-source':
      return changeSource(plan, work, { source: source as WritableSource, holder }, deps);
    case 'find-or-cancel':
      return findOrCancel({ refusal: plan.refusal, tombstone: remote as CancelledCalendarEvent }, work, source, deps);
    case 'take-back':
      return takeBack(plan.content, work, deps);
  }
}

function hasWork({ mapping }: ReconcileWork): boolean {
  return (mapping.dirty !== undefined || mapping.inbound !== undefined) && mapping.parked === undefined;
}

/** A calendar that was never read whole may hold events that are to be adopted: inserting now would double them. */
function isResting({ binding }: ReconcileWork): boolean {
  const awaitsFirstRead = binding.state === 'active' && binding.syncToken === undefined;
  return awaitsFirstRead || binding.state === 'paused' || binding.state === 'needs-access';
}

/** The sweep has nothing to find here. A resting binding keeps its marks: resuming it looks at every event again. */
async function rest({ tenantId, mapping, updateTime }: ReconcileWork, deps: SyncDeps): Promise<void> {
  if (mapping.sweepAt === undefined) return;
  await deps.documents.commit([deps.store.mappings.update(tenantId, mapping.id, { sweepAt: undefined }, updateTime)]);
}

/** A mapping whose binding is gone agrees with nothing any more: it goes too, lest the sweep come upon it forever. */
async function endOrphan(
  { tenantId, eventId, bindingId }: Parameters<typeof reconcileEvent>[0],
  deps: SyncDeps,
): Promise<void> {
  const id = mappingIdOf(eventId, bindingId);
  const isOrphan = await deps.documents.transact(async (transaction) => {
    const binding = await deps.store.bindings.get(transaction, tenantId, bindingId);
    const mapping = await deps.store.mappings.get(transaction, tenantId, id);
    if (binding || !mapping) return false;
    transaction.write(deps.store.mappings.delete(tenantId, id));
    return true;
  });
  if (isOrphan) deps.log.info('mapping.orphan-ended', { tenantId, eventId, bindingId });
}

/** What reading the calendar taught us, to be recorded with the agreement. */
function seen(remote: ReconcileState['remote']): { etag?: string; agreed?: string } {
  if (remote === null || remote === 'unread' || remote.state === 'cancelled') return {};
  return { etag: remote.etag, ...(remote.ownership?.stamp !== undefined && { agreed: remote.ownership.stamp }) };
}
