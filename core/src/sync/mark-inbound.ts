import type { Binding, RemovalDecision } from '../domain/binding.ts';
import { PreconditionFailed } from '../domain/errors.ts';
import { commitInParts } from '../ledger/commit-in-parts.ts';
import { inboundPart, type MarkedMapping } from '../ledger/outbox-marks.ts';
import { MOST_CHANGES } from '../ledger/settle-decision.ts';
import type { Write } from '../ports/document-store.ts';
import { countVanished, type Hold } from './count-removals.ts';
import type { SyncDeps } from './deps.ts';
import { isFree } from './place-elsewhere.ts';
import type { PlannedMark, PullFindings } from './read-changes.ts';

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
  const writeOf = (
    [id, { adoption, taken, elsewhere, vanished }]: Planned,
    removalDecided?: RemovalDecision,
  ): Write => {
    const part = {
      ...adoption,
      ...inboundPart(mark, deps.clock.now()),
      ...(taken !== undefined && { taken }),
      ...(elsewhere && { seenElsewhere: elsewhere, shared: elsewhere }),
      vanished: vanished ? (true as const) : undefined,
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

/** Counts all of them with as many as one commit marks. Should staff decide about those meanwhile, the others go by that too. */
async function markVanished(
  tenantId: string,
  bindingId: string,
  vanished: readonly Planned[],
  writeOf: WriteOf,
  deps: SyncDeps,
): Promise<Hold> {
  const first = vanished.slice(0, MOST_CHANGES);
  const { hold, heldAt } = await countVanished(
    { tenantId, bindingId, count: vanished.length, mappingIds: first.map(([id]) => id) },
    first.map((planned) => writeOf(planned)),
    deps,
  );
  await commitInParts(vanished.slice(MOST_CHANGES), (part) =>
    deps.documents.transact(async (transaction) => {
      const current = await deps.store.bindings.get(transaction, tenantId, bindingId);
      const isDecided = heldAt !== undefined && current?.removalsHeldAt !== heldAt;
      transaction.write(...part.map((planned) => writeOf(planned, isDecided ? current?.removalsDecided : undefined)));
    }),
  );
  return hold;
}
