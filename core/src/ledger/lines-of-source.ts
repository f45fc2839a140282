import type { EventSource } from '../domain/event.ts';
import type { PageLine } from '../store/pages.ts';
import type { CommitDeps } from './commit-changes.ts';
import { beyondWindow, ledgerWindow, pagedMonths } from './page-changes.ts';

/**
 * The lines of everything that one source holds on these resources, in the months from that of `date` to the end of the
 * ledger's window. One document is read for each resource and month, however many events there are.
 * @throws TemporarilyUnavailable when a page was rewritten meanwhile.
 */
export async function linesOfSource(
  input: {
    readonly tenantId: string;
    readonly source: Pick<EventSource, 'type' | 'id'>;
    readonly resourceIds: Iterable<string>;
    readonly date: string;
  },
  { documents, store, clock }: Pick<CommitDeps, 'documents' | 'store' | 'clock'>,
): Promise<PageLine[]> {
  const { tenantId, source, resourceIds, date } = input;
  const window = ledgerWindow(clock.now());
  const { months } = pagedMonths({ start: date, end: beyondWindow(window) }, window);
  const found = new Map<string, PageLine>();
  for (const resourceId of resourceIds) {
    for (const { lines } of await store.pages.getMany(documents, tenantId, resourceId, months)) {
      for (const line of lines) if (line.source === `${source.type}:${source.id}`) found.set(line.id, line);
    }
  }
  return [...found.values()];
}
