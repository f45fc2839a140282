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
  const found = await Promise.all(handedOver.map((mapping) => namesakesOf(tenantId, mapping, deps)));
  return giveBack(tenantId, found.flat(), deps);
}

/**
 * Of the mappings of a calendar those that handed their event over to another which did not come to deal with it yet: it may
 * stand on the calendar still. A read for each whose event may have stood on another calendar.
 * @throws what the document store throws.
 */
export async function stillHandedOver(
  tenantId: string,
  mappings: readonly Mapping[],
  deps: Pick<SyncDeps, 'documents' | 'store'>,
): Promise<Mapping[]> {
  const mayBe = mappings.filter(({ state, shared }) => state === 'gone' && shared);
  const waiting = await Promise.all(
    mayBe.map(async (mapping) => {
      const namesakes = await namesakesOf(tenantId, mapping, deps);
      return namesakes.some(({ seenElsewhere }) => seenElsewhere);
    }),
  );
  return mayBe.filter((_, index) => waiting[index]);
}

/** The mappings of other calendars that name the same calendar event. */
async function namesakesOf(
  tenantId: string,
  { id, eventId, remoteId }: Mapping,
  { store, documents }: Pick<SyncDeps, 'store'> & { readonly documents: Reader },
): Promise<Mapping[]> {
  const mappings = await store.mappings.ofEvent(documents, tenantId, eventId);
  return mappings.filter((other) => other.id !== id && other.remoteId === remoteId);
}
