import type { Mapping } from '../domain/mapping.ts';
import { inboundPart, type MarkedMapping } from '../ledger/outbox-marks.ts';
import type { Write } from '../ports/document-store.ts';
import type { Reader } from '../store/collection.ts';
import type { SyncDeps } from './deps.ts';

type MarkDeps = Pick<SyncDeps, 'store' | 'clock' | 'newId'>;

/** What has mappings look at their events once more: their marks, and for whom tasks are due once those are written. */
export interface GivenBack {
  readonly writes: readonly Write[];
  readonly marked: readonly MarkedMapping[];
}

/** Has those mappings look at an event that they had handed over. Reads nothing. */
export function giveBack(tenantId: string, mappings: readonly Mapping[], { store, clock, newId }: MarkDeps): GivenBack {
  const mark = newId();
  const inbound = inboundPart(mark, clock.now());
  return {
    writes: mappings.map(({ id }) => store.mappings.update(tenantId, id, inbound)),
    marked: mappings.map(({ eventId, bindingId }) => ({ eventId, bindingId, mark })),
  };
}

/**
 * Of the mappings of a calendar that is being unbound: what was handed over to them and they did not come to deal with goes
 * back to whoever handed it over, lest nobody clear it away. A read for each of those.
 * @throws what the document store throws.
 */
export async function giveBackHandedOver(
  tenantId: string,
  leaving: readonly Mapping[],
  deps: MarkDeps & { readonly documents: Reader },
): Promise<GivenBack> {
  const handedOver = leaving.filter(({ seenElsewhere }) => seenElsewhere);
  const found = await Promise.all(
    handedOver.map(async ({ id, eventId, remoteId }) => {
      const mappings = await deps.store.mappings.ofEvent(deps.documents, tenantId, eventId);
      return mappings.filter((other) => other.id !== id && other.remoteId === remoteId);
    }),
  );
  return giveBack(tenantId, found.flat(), deps);
}
