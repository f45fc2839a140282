import { InvalidInput } from '@dovetail/core/domain/errors.ts';
import type { Collection, CollectionQuery } from '@dovetail/core/store/collection.ts';
import type { AppDeps } from '../../app-deps.ts';
import { invalidFields } from '../../middleware/check.ts';
import { pageTokenOf } from '../../schemas/page.ts';

/** Which page a list's caller wants; `pageToken` is the id of the last item of the page before. */
export interface PageRequest {
  readonly pageSize: number;
  readonly pageToken?: string | undefined;
}

/** One page of a list; the last has no token. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextPageToken?: string;
}

/** One page of a tenant's documents. @throws Problem when the page before ended with one that is gone. */
export async function listPage<T extends { readonly id: string }, S extends keyof T>(
  collection: Collection<T, S>,
  tenantId: string,
  page: PageRequest,
  query: Pick<CollectionQuery, 'where' | 'orderBy'>,
  deps: Pick<AppDeps, 'documents'>,
): Promise<Page<T>> {
  const { pageSize, pageToken: after } = page;
  // One more than asked for tells whether the list goes on.
  const found = await queryAfter(collection, tenantId, { ...query, limit: pageSize + 1, after }, deps);
  const items = found.slice(0, pageSize);
  const last = items.at(-1);
  return found.length > pageSize && last ? { items, nextPageToken: pageTokenOf(last.id) } : { items };
}

/** The documents of the query that follow `after`. @throws Problem when that one is gone. */
export async function queryAfter<T extends { readonly id: string }, S extends keyof T>(
  collection: Collection<T, S>,
  tenantId: string,
  { after, ...query }: Omit<CollectionQuery, 'after'> & { readonly after: string | undefined },
  deps: Pick<AppDeps, 'documents'>,
): Promise<T[]> {
  if (after === undefined) return collection.query(deps.documents, tenantId, query);
  try {
    return await collection.query(deps.documents, tenantId, { ...query, after });
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    throw invalidFields([{ path: 'pageToken', detail: 'is no longer good: read the list from its start' }]);
  }
}
