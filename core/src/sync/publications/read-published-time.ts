import { TemporarilyUnavailable } from '../../domain/errors.ts';
import type { PublicationToken } from '../../domain/publication.ts';
import type { Resource } from '../../domain/resource.ts';
import { ledgerWindow, pagedMonths } from '../../ledger/page-changes.ts';
import type { LedgerPage, PageLine } from '../../store/pages.ts';
import { type OpenPublication, type PublicationDeps, readResources } from './open-publication.ts';
import { type PublishedTime, publishedFreeTime, publishedTime, shownWindow } from './published-time.ts';

/** A ledger that never stands still is busy, not broken: the reader asks again. */
const MOST_ATTEMPTS = 4;

/** What a publication shows of one resource. */
export interface PublishedResource {
  readonly resource: Resource;
  readonly times: readonly PublishedTime[];
}

/**
 * What a publication shows, read from the ledger's pages, of exactly the revisions it was opened at: pages read while
 * others write may be a mixture of two.
 * @throws TemporarilyUnavailable when the ledger moved meanwhile, and what the document store throws.
 */
export async function readPublishedTime(
  { token, resources, now }: Pick<OpenPublication, 'token' | 'resources' | 'now'>,
  deps: Pick<PublicationDeps, 'documents' | 'store'>,
): Promise<PublishedResource[]> {
  const published = await Promise.all(
    resources.map(async (resource) => {
      const lines = await readLines(token, resource, now, deps);
      const timesOf = token.shows === 'free' ? publishedFreeTime : publishedTime;
      return { resource, times: timesOf(lines, token, resource, now) };
    }),
  );
  const after = new Map((await readResources(token, deps)).map(({ id, ledgerRevision }) => [id, ledgerRevision]));
  if (resources.some(({ id, ledgerRevision }) => after.get(id) !== ledgerRevision)) {
    throw new TemporarilyUnavailable('the ledger moved while a publication was read');
  }
  return published;
}

/** Does `work` again while the ledger moves under it, a few times. @throws as `work` at last. */
export async function untilStill<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TemporarilyUnavailable) || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

/** The resource's ledger lines of the publication's window, each once. */
async function readLines(
  token: PublicationToken,
  resource: Resource,
  now: number,
  { documents, store }: Pick<PublicationDeps, 'documents' | 'store'>,
): Promise<PageLine[]> {
  const { months } = pagedMonths(shownWindow(token, resource, now), ledgerWindow(now));
  const pages = await store.pages.getMany(documents, token.tenantId, resource.id, months);
  return linesOf(pages);
}

/** The lines of pages, each once: an event stands on the page of every month it touches. */
export function linesOf(pages: readonly LedgerPage[]): PageLine[] {
  return [...new Map(pages.flatMap(({ lines }) => lines.map((line) => [line.id, line]))).values()];
}
