import type { Binding, RemovalDecision } from '../domain/binding.ts';
import { PreconditionFailed } from '../domain/errors.ts';
import { instantOf } from '../domain/interval.ts';
import { countRemovals, isBulkRemoval } from '../domain/removal-guard.ts';
import { commitInParts } from '../ledger/commit-in-parts.ts';
import { inboundPart, type MarkedMapping } from '../ledger/outbox-marks.ts';
import { MOST_CHANGES } from '../ledger/settle-decision.ts';
import type { Write } from '../ports/document-store.ts';
import type { SyncDeps } from './deps.ts';
import { isFree } from './place-elsewhere.ts';
import type { PlannedMark, PullFindings } from './read-changes.ts';

/** Whether what vanished waits for staff, and since this pull or an earlier one. */
export type Hold = 'none' | 'begun' | 'continued';

export interface InboundMarks {
  readonly edited: readonly MarkedMapping[];
  readonly vanished: readonly MarkedMapping[];
  readonly hold: Hold;
}

/**
 * Durably marks the mappings that a pull found to need a look. Removals are counted, and held where so many vanished
 * that staff must say so, in the transaction that marks them: whoever finds such a mark finds the hold with it.
 * @throws what the store throws; a pull that runs again counts no removal twice.
 */
export async function markInbound(
  tenantId: string,
  binding: Binding,
  { marks }: PullFindings,
  deps: SyncDeps,
): Promise<InboundMarks> {
  const mark = deps.newId();
  const vanished = [...marks].filter(([, planned]) => planned.vanished);
  const edited = [...marks].filter(([, planned]) => !planned.vanished);
  const writeOf = ([id, { adoption, taken, elsewhere }]: Planned, removalDecided?: RemovalDecision): Write => {
    const part = {
      ...adoption,
      ...inboundPart(mark, deps.clock.now()),
      ...(taken !== undefined && { taken }),
      ...(elsewhere && { seenElsewhere: elsewhere, shared: elsewhere }),
      ...(removalDecided && { removalDecided }),
    };
    return adoption ? deps.store.mappings.merge(tenantId, id, part) : deps.store.mappings.update(tenantId, id, part);
  };
  const hold = vanished.length === 0 ? 'none' : await markVanished(tenantId, binding.id, vanished, writeOf, deps);
  await commitInParts(edited, (part) => markEdited(tenantId, part, writeOf, deps));
  const marked = ([, { eventId, bindingId }]: Planned): MarkedMapping => ({ eventId, bindingId, mark });
  return { edited: edited.map(marked), vanished: vanished.map(marked), hold };
}

type Planned = readonly [mappingId: string, planned: PlannedMark];
type WriteOf = (planned: Planned, removalDecided?: RemovalDecision) => Write;

/**
 * A mapping is adopted for an event only while it names none that stands.
 * @throws PreconditionFailed where one does by now: the pull that runs again finds another place for the event.
 */
async function markEdited(
  tenantId: string,
  part: readonly Planned[],
  writeOf: WriteOf,
  { documents, store }: SyncDeps,
): Promise<void> {
  const writes = part.map((planned) => writeOf(planned));
  const adopted = part.filter(([, { adoption }]) => adoption !== undefined).map(([id]) => id);
  if (adopted.length === 0) return documents.commit(writes);
  await documents.transact(async (transaction) => {
    const mappings = await store.mappings.getMany(transaction, tenantId, adopted);
    if (!mappings.every(isFree)) throw new PreconditionFailed('the event was put on the calendar meanwhile');
    transaction.write(...writes);
  });
}

/** Counts all of them with the first to be marked. Should staff decide about those meanwhile, the others go by that too. */
async function markVanished(
  tenantId: string,
  bindingId: string,
  vanished: readonly Planned[],
  writeOf: WriteOf,
  deps: SyncDeps,
): Promise<Hold> {
  const { hold, heldAt } = await countAndMark(tenantId, bindingId, vanished, writeOf, deps);
  await commitInParts(vanished.slice(MOST_CHANGES), (part) =>
    deps.documents.transact(async (transaction) => {
      const current = await deps.store.bindings.get(transaction, tenantId, bindingId);
      const isDecided = heldAt !== undefined && current?.removalsHeldAt !== heldAt;
      transaction.write(...part.map((planned) => writeOf(planned, isDecided ? current?.removalsDecided : undefined)));
    }),
  );
  return hold;
}

/** Marks as many as one commit takes and counts them all; one that bears a mark already was counted with it. */
async function countAndMark(
  tenantId: string,
  bindingId: string,
  vanished: readonly Planned[],
  writeOf: WriteOf,
  deps: SyncDeps,
): Promise<{ readonly hold: Hold; readonly heldAt?: string | undefined }> {
  const { store, clock } = deps;
  const now = clock.now();
  const future = await countFuture(tenantId, bindingId, now, deps);
  const first = vanished.slice(0, MOST_CHANGES);
  const begun = await deps.documents.transact(async (transaction) => {
    const current = await store.bindings.get(transaction, tenantId, bindingId);
    if (!current) return { hold: 'none' } as const;
    const ids = first.map(([id]) => id);
    const counted = (await store.mappings.getMany(transaction, tenantId, ids)).filter(
      (mapping) => mapping?.inbound !== undefined,
    );
    const removals = countRemovals(current.removals, vanished.length - counted.length, future, now);
    const begins = current.removalsHeldAt === undefined && isBulkRemoval(removals);
    const heldAt = begins ? instantOf(now) : current.removalsHeldAt;
    transaction.write(
      store.bindings.update(tenantId, bindingId, { removals, removalsHeldAt: heldAt }),
      ...first.map((planned) => writeOf(planned)),
    );
    if (begins) return { hold: 'begun', heldAt } as const;
    return { hold: heldAt === undefined ? 'none' : 'continued', heldAt } as const;
  });
  if (begun.hold === 'begun') deps.log.alert('removals.held', { tenantId, bindingId, count: vanished.length });
  return begun;
}

function countFuture(tenantId: string, bindingId: string, now: number, deps: SyncDeps): Promise<number> {
  return deps.documents.count({
    from: deps.store.mappings.collectionPath(tenantId),
    where: [
      { field: 'bindingId', op: '==', value: bindingId },
      { field: 'state', op: '==', value: 'live' },
      { field: 'end', op: '>', value: instantOf(now) },
    ],
  });
}
