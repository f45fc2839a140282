import { PreconditionFailed } from '../domain/errors.ts';
import { instantOf } from '../domain/interval.ts';
import type { Mapping } from '../domain/mapping.ts';
import { sweepTime } from '../ledger/outbox-marks.ts';
import type { Write } from '../ports/document-store.ts';
import type { PartOf } from '../store/collection.ts';
import type { SyncDeps } from './deps.ts';
import { enqueueReconciles } from './enqueue-reconciles.ts';
import type { ReconcileWork } from './reconcile-work.ts';

const NO_MARKS = {
  dirty: undefined,
  inbound: undefined,
  taken: undefined,
  askedOf: undefined,
  askedToMove: undefined,
  seenElsewhere: undefined,
  handedOver: undefined,
  vanished: undefined,
  returning: undefined,
  moveRefused: undefined,
  removalDecided: undefined,
  sweepAt: undefined,
  nextAttemptAt: undefined,
  parked: undefined,
  attempts: 0,
} as const;

/** What was seen on calendars goes with the mark that has them read. */
const NOTHING_SEEN = {
  seenElsewhere: undefined,
  handedOver: undefined,
  vanished: undefined,
  removalDecided: undefined,
} as const;

/**
 * Records an agreement and clears the marks this work began with, with `writes` in the same commit. A mark set since
 * then stays: its own task follows. When somebody else settled the mapping meanwhile, it is marked for one more look,
 * because two workers may both have written.
 * @throws PreconditionFailed when it names another calendar event by now.
 */
export async function settleMapping(
  work: ReconcileWork,
  part: PartOf<Mapping>,
  deps: SyncDeps,
  writes: readonly Write[] = [],
): Promise<'settled'> {
  const { tenantId, mapping, updateTime } = work;
  const settled = { heldAt: undefined, ...goneHasNoEtag(part), updatedAt: instantOf(deps.clock.now()) };
  try {
    await deps.documents.commit([
      deps.store.mappings.update(tenantId, mapping.id, { ...NO_MARKS, ...settled }, updateTime),
      ...writes,
    ]);
  } catch (error) {
    if (!(error instanceof PreconditionFailed)) throw error;
    await settleChanged(work, settled, deps, writes);
  }
  return 'settled';
}

async function settleChanged(
  work: ReconcileWork,
  part: PartOf<Mapping>,
  deps: SyncDeps,
  writes: readonly Write[],
): Promise<void> {
  const { tenantId, mapping } = work;
  const again = await deps.documents.transact(async (transaction) => {
    const current = await deps.store.mappings.get(transaction, tenantId, mapping.id);
    if (!current) return undefined;
    if (current.remoteId !== mapping.remoteId)
      throw new PreconditionFailed('it names another calendar event meanwhile');
    const dirty = current.dirty === mapping.dirty ? undefined : current.dirty;
    const inbound = current.inbound === mapping.inbound ? undefined : current.inbound;
    // What was found to have been dragged away since, and is being put back, is settled by whoever does that.
    const isReturning = current.returning !== mapping.returning;
    const settledByOther =
      isReturning || current.state !== mapping.state || current.etag !== mapping.etag || isCleared(mapping, current);
    const mark = settledByOther && dirty === undefined && inbound === undefined ? deps.newId() : undefined;
    const waits = dirty !== undefined || inbound !== undefined || mark !== undefined;
    // Claimed for an event that was dragged here meanwhile, its absence is to be judged once more, from what is then so.
    const isClaimed = waits && part.state === 'gone' && mapping.state !== 'deleting' && current.state === 'live';
    transaction.write(
      deps.store.mappings.update(tenantId, mapping.id, {
        ...(isClaimed || isReturning ? { updatedAt: part.updatedAt } : part),
        dirty,
        taken: part.taken,
        ...(current.askedOf === mapping.askedOf && { askedOf: undefined }),
        ...(current.askedToMove === mapping.askedToMove && { askedToMove: undefined }),
        inbound: mark ?? inbound,
        ...(inbound === undefined && NOTHING_SEEN),
        sweepAt: waits ? sweepTime(deps.clock.now()) : undefined,
      }),
      ...writes,
    );
    return mark;
  });
  if (again === undefined) return;
  await enqueueReconciles(tenantId, [{ eventId: mapping.eventId, bindingId: mapping.bindingId, mark: again }], deps);
}

/** One that was gone and is settled as gone again looks as it was, but for the marks. */
function isCleared(before: Mapping, { dirty, inbound }: Mapping): boolean {
  return (before.dirty !== undefined && dirty === undefined) || (before.inbound !== undefined && inbound === undefined);
}

function goneHasNoEtag(part: PartOf<Mapping>): PartOf<Mapping> {
  return part.state === 'gone' ? { ...part, etag: undefined, agreed: undefined } : part;
}
