import { NotFound } from '../domain/errors.ts';
import type { Mapping } from '../domain/mapping.ts';
import { dirtyPart, inboundPart, type MarkedMapping } from '../ledger/outbox-marks.ts';
import type { PartOf } from '../store/collection.ts';
import type { SyncDeps } from './deps.ts';
import { enqueueReconciles } from './enqueue-reconciles.ts';

interface BindingInput {
  readonly tenantId: string;
  readonly bindingId: string;
}

/** Staff say that the held removals were meant: each booking is cancelled. Answers how many. @throws NotFound. */
export function acceptRemovals(input: BindingInput, deps: SyncDeps): Promise<number> {
  return release(input, (mark, now) => ({ ...inboundPart(mark, now), heldAt: undefined }), deps);
}

/** Staff say that the held removals were a mistake: each event is put back. Answers how many. @throws NotFound. */
export function restoreRemovals(input: BindingInput, deps: SyncDeps): Promise<number> {
  const putBack = (mark: string, now: number): PartOf<Mapping> => ({
    ...dirtyPart(mark, now),
    inbound: undefined,
    heldAt: undefined,
    state: 'gone',
    etag: undefined,
    agreed: undefined,
  });
  return release(input, putBack, deps);
}

async function release(
  { tenantId, bindingId }: BindingInput,
  part: (mark: string, now: number) => PartOf<Mapping>,
  deps: SyncDeps,
): Promise<number> {
  const binding = await deps.store.bindings.get(deps.documents, tenantId, bindingId);
  if (!binding) throw new NotFound(`no binding "${bindingId}"`);
  await deps.documents.commit([
    deps.store.bindings.update(tenantId, bindingId, { removals: undefined, removalsHeldAt: undefined }),
  ]);
  const marked: MarkedMapping[] = [];
  const where = [{ field: 'bindingId', op: '==', value: bindingId }] as const;
  const mark = deps.newId();
  for await (const mappings of deps.store.mappings.each(deps.documents, tenantId, { where })) {
    const held = mappings.filter((mapping) => mapping.heldAt !== undefined);
    const now = deps.clock.now();
    await deps.documents.commit(
      held.map((mapping) => deps.store.mappings.update(tenantId, mapping.id, part(mark, now))),
    );
    marked.push(...held.map(({ eventId }) => ({ eventId, bindingId, mark })));
  }
  await enqueueReconciles(tenantId, marked, deps);
  deps.log.info('removals.decided', { tenantId, bindingId, count: marked.length });
  return marked.length;
}
