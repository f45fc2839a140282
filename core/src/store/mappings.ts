import type { Mapping } from '../domain/mapping.ts';
import { Collection, type FoundAmongTenants, type Reader } from './collection.ts';
import type { Sealer } from './sealed.ts';

/** How many values Firestore takes in one `in` filter (Firestore docs, "Query limitations"). */
const IN_LIMIT = 30;

/** The mappings of a tenant. A ledger commit marks a mapping without reading it, so one may be only partly written. */
export class MappingCollection extends Collection<Mapping> {
  constructor(sealer: Sealer) {
    super({ name: 'mappings', defaults: { generation: 0, state: 'stated', attempts: 0 } }, sealer);
  }

  /** The mappings of a binding whose calendar event has one of these ids. */
  async byRemoteIds(
    reader: Reader,
    tenantId: string,
    bindingId: string,
    remoteIds: readonly string[],
  ): Promise<Mapping[]> {
    const found: Mapping[] = [];
    for (let from = 0; from < remoteIds.length; from += IN_LIMIT) {
      const where = [
        { field: 'bindingId', op: '==', value: bindingId },
        { field: 'remoteId', op: 'in', value: remoteIds.slice(from, from + IN_LIMIT) },
      ] as const;
      found.push(...(await this.query(reader, tenantId, { where })));
    }
    return found;
  }

  /** The mappings of an event, one for each binding it was ever driven to. */
  ofEvent(reader: Reader, tenantId: string, eventId: string): Promise<Mapping[]> {
    return this.query(reader, tenantId, { where: [{ field: 'eventId', op: '==', value: eventId }] });
  }

  /**
   * Mappings of every tenant whose marks are due again at `now` (an instant), the longest waiting first. Read in the
   * transaction that takes them up, none is taken up twice.
   */
  dueForSweep(reader: Reader, now: string, limit: number): Promise<FoundAmongTenants<Mapping>[]> {
    return this.queryAllTenants(reader, {
      where: [{ field: 'sweepAt', op: '<=', value: now }],
      orderBy: { field: 'sweepAt' },
      limit,
    });
  }
}
