import type { Interval } from '../domain/interval.ts';
import { instantOf } from '../domain/interval.ts';
import type { PageLine } from '../store/pages.ts';
import { standingLines } from './busy-time.ts';
import type { CommitDeps } from './commit-changes.ts';
import { ledgerWindow, pagedMonths } from './page-changes.ts';

/**
 * What holds time now on the pages of the months that `interval` touches: one read for each month within the ledger's
 * window, however many events there are. Of months outside it nothing is known.
 * @throws TemporarilyUnavailable when a page is rewritten while it is read; what the document store throws.
 */
export async function readStandingLines(
  { tenantId, resourceId, interval }: { tenantId: string; resourceId: string; interval: Interval },
  { documents, store, clock }: Pick<CommitDeps, 'documents' | 'store' | 'clock'>,
): Promise<PageLine[]> {
  const now = clock.now();
  const { months } = pagedMonths(interval, ledgerWindow(now));
  return standingLines(await store.pages.getMany(documents, tenantId, resourceId, months), instantOf(now));
}
