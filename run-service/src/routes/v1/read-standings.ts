import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import { addDays, instantOf } from '@dovetail/core/domain/interval.ts';
import { standingLines } from '@dovetail/core/ledger/busy-time.ts';
import { ledgerWindow, pagedMonths, pageLineOf } from '@dovetail/core/ledger/page-changes.ts';
import { type Standing, standingOf } from '@dovetail/core/ledger/read-standing.ts';
import type { AppDeps } from '../../app-deps.ts';

/** How each of a resource's events stands among its neighbours. Reads the pages of the months they touch. */
export async function readStandings(
  tenantId: string,
  resourceId: string,
  events: readonly LedgerEvent[],
  deps: Pick<AppDeps, 'documents' | 'store' | 'clock'>,
): Promise<ReadonlyMap<string, Standing>> {
  const window = ledgerWindow(deps.clock.now());
  const asked = events.filter(({ start, overriddenBy }) => start.length === 10 || overriddenBy !== undefined);
  const months = new Set(asked.flatMap((event) => pagedMonths(withNeighbours(event), window).months));
  const pages = await deps.store.pages.getMany(deps.documents, tenantId, resourceId, [...months]);
  const lines = standingLines(pages, instantOf(deps.clock.now()));
  const standings = new Map<string, Standing>();
  for (const event of asked) {
    const line = pageLineOf(event);
    if (line) standings.set(event.id, standingOf(line, lines));
  }
  return standings;
}

/** On nightly resources, with the night before and after. */
function withNeighbours({ start, end }: LedgerEvent) {
  return start.length === 10 ? { start: addDays(start, -1), end: addDays(end, 1) } : { start, end };
}
