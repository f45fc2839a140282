import type { FeedHost } from '../domain/feed-host.ts';
import type { DocumentData, StoredDocument, Write } from '../ports/document-store.ts';
import type { Reader, Versioned } from './collection.ts';

const COLLECTION = 'feedHosts';
/** What is remembered of a host nobody reads any more goes after this long. */
const KEPT_MS = 7 * 86_400_000;

/** The circuit breakers of hosts that serve feeds: above the tenants, because hosts are shared by them. */
export class FeedHostCollection {
  async get(reader: Reader, host: string): Promise<FeedHost | null> {
    const document = await reader.get(pathOf(host));
    return document && decode(document).value;
  }

  /** Every host whose breaker is not known to be closed, in one query. */
  async open(reader: Reader): Promise<Versioned<FeedHost>[]> {
    const documents = await reader.query({ from: COLLECTION, where: [{ field: 'openUntil', op: '>', value: '' }] });
    return documents.map(decode);
  }

  set({ id, ...fields }: FeedHost, now: number): Write {
    return { type: 'set', path: pathOf(id), data: dataOf(fields, now) };
  }

  /** As `set`, if the document is still at `ifUpdateTime`. */
  update({ id, ...fields }: FeedHost, now: number, ifUpdateTime: string): Write {
    return { type: 'update', path: pathOf(id), data: dataOf(fields, now), ifUpdateTime };
  }

  delete(host: string, ifUpdateTime?: string): Write {
    return { type: 'delete', path: pathOf(host), ...(ifUpdateTime !== undefined && { ifUpdateTime }) };
  }
}

function pathOf(host: string): string {
  return `${COLLECTION}/${host}`;
}

function dataOf(fields: Omit<FeedHost, 'id'>, now: number): DocumentData {
  return { ...(fields as unknown as DocumentData), expireAt: new Date(now + KEPT_MS) };
}

function decode({ id, data, updateTime }: StoredDocument): Versioned<FeedHost> {
  const { expireAt: _, ...fields } = data;
  return { value: { ...fields, id } as unknown as FeedHost, updateTime };
}
