import type { LedgerEvent } from '../domain/event.ts';
import { Collection, type Reader } from './collection.ts';
import type { Sealer } from './sealed.ts';

/** How many values Firestore takes in one `in` filter (Firestore docs, "Query limitations"). */
const IN_LIMIT = 30;

/** The ledger's events of a tenant. */
export class EventCollection extends Collection<LedgerEvent, 'title' | 'guest' | 'raw'> {
  constructor(sealer: Sealer) {
    super({ name: 'events', sealed: ['title', 'guest', 'raw'] }, sealer);
  }

  /** The blocks that a binding's calendar led to and that end after `since` (a date), page by page, by their end. */
  ofBinding(reader: Reader, tenantId: string, bindingId: string, since: string): AsyncGenerator<LedgerEvent[]> {
    const where = [
      { field: 'bindingId', op: '==', value: bindingId },
      { field: 'end', op: '>', value: since },
    ] as const;
    return this.each(reader, tenantId, { where, orderBy: { field: 'end' } });
  }

  /** Those of the calendar events with these ids; a series has many. */
  async ofCalendarEvents(
    reader: Reader,
    tenantId: string,
    bindingId: string,
    remoteIds: readonly string[],
    since: string,
  ): Promise<LedgerEvent[]> {
    const found: LedgerEvent[] = [];
    for (let from = 0; from < remoteIds.length; from += IN_LIMIT) {
      const where = [
        { field: 'bindingId', op: '==', value: bindingId },
        { field: 'remoteId', op: 'in', value: remoteIds.slice(from, from + IN_LIMIT) },
        { field: 'end', op: '>', value: since },
      ] as const;
      found.push(...(await this.query(reader, tenantId, { where })));
    }
    return found;
  }
}
