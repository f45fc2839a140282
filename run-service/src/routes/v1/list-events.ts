import { type LedgerEvent, standingAt } from '@dovetail/core/domain/event.ts';
import { type Interval, instantOf } from '@dovetail/core/domain/interval.ts';
import type { Filter } from '@dovetail/core/ports/document-store.ts';
import type { AppDeps } from '../../app-deps.ts';
import { pageTokenOf } from '../../schemas/page.ts';
import { type Page, type PageRequest, queryAfter } from './list-page.ts';

/**
 * One page of the ledger's events that share time with `window` and that `keep` keeps, the earliest end first; of one
 * resource, or of all.
 */
export async function listEvents(
  input: {
    readonly tenantId: string;
    readonly resourceId: string | undefined;
    readonly window: Interval;
    readonly keep: (event: LedgerEvent) => boolean;
    readonly page: PageRequest;
  },
  deps: Pick<AppDeps, 'documents' | 'store' | 'clock'>,
): Promise<Page<LedgerEvent>> {
  const { tenantId, page, window } = input;
  const now = instantOf(deps.clock.now());
  const where: Filter[] = [
    { field: 'end', op: '>', value: window.start },
    { field: 'start', op: '<', value: window.end },
  ];
  if (input.resourceId !== undefined) where.unshift({ field: 'resourceId', op: '==', value: input.resourceId });
  const query = { where, orderBy: { field: 'end' }, limit: page.pageSize + 1 } as const;
  const items: LedgerEvent[] = [];
  let after = page.pageToken;
  for (;;) {
    const found = await queryAfter(deps.store.events, tenantId, { ...query, after }, deps);
    for (const event of found.map((each) => standingAt(each, now)).filter(input.keep)) {
      if (items.length === page.pageSize) return { items, nextPageToken: pageTokenOf(items.at(-1)?.id ?? '') };
      items.push(event);
    }
    after = found.at(-1)?.id;
    if (found.length < query.limit || after === undefined) return { items };
  }
}
