import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import { instantOf, overlaps } from '@dovetail/core/domain/interval.ts';
import { standingLines } from '@dovetail/core/ledger/busy-time.ts';
import type { CommitDeps } from '@dovetail/core/ledger/commit-changes.ts';
import { ledgerWindow, pagedMonths, pageLineOf } from '@dovetail/core/ledger/page-changes.ts';
import { expect } from 'vitest';

/** The pages of each resource say just what its events do, in each month that they touch. */
export async function expectPagesToEqualEvents(
  tenantId: string,
  { documents, store, clock }: Pick<CommitDeps, 'documents' | 'store' | 'clock'>,
): Promise<readonly LedgerEvent[]> {
  const window = ledgerWindow(clock.now());
  const events = await store.events.query(documents, tenantId);
  for (const { id: resourceId } of await store.resources.query(documents, tenantId)) {
    const own = events.filter((event) => event.resourceId === resourceId);
    const months = new Set(own.flatMap((event) => pagedMonths(event, window).months));
    for (const page of await store.pages.getMany(documents, tenantId, resourceId, [...months])) {
      const wanted = own
        .filter((event) => pagedMonths(event, window).months.includes(page.month))
        .map(pageLineOf)
        .filter((line) => line !== null);
      expect(byId(page.lines), `${resourceId} ${page.month}`).toEqual(byId(wanted));
    }
  }
  return events;
}

/** No two events of one resource take the same time now. */
export async function expectNoOverlap(
  tenantId: string,
  { documents, store, clock }: Pick<CommitDeps, 'documents' | 'store' | 'clock'>,
): Promise<void> {
  const events = await store.events.query(documents, tenantId);
  const lines = events.map((event) => ({ event, line: pageLineOf(event) })).filter(({ line }) => line !== null);
  const standing = new Set(
    standingLines([{ lines: lines.map(({ line }) => line!) }], instantOf(clock.now())).map(({ id }) => id),
  );
  const taking = events.filter(({ id }) => standing.has(id));
  const pairs = taking.flatMap((a) =>
    taking.filter((b) => a.id < b.id && a.resourceId === b.resourceId && overlaps(a, b)).map((b) => [a.id, b.id]),
  );
  expect(pairs).toEqual([]);
}

function byId<T extends { readonly id: string }>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => (a.id < b.id ? -1 : 1));
}
