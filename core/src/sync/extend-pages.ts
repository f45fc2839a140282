import { instantOf } from '../domain/interval.ts';
import { commitChanges, tellOpened } from '../ledger/commit-changes.ts';
import { commitInParts } from '../ledger/commit-in-parts.ts';
import {
  beyondWindow,
  firstOfNextMonth,
  ledgerWindow,
  lineWrites,
  newestMonth,
  type ReadPages,
} from '../ledger/page-changes.ts';
import type { Transaction } from '../ports/document-store.ts';
import type { SyncDeps } from './deps.ts';
import { enqueueReconciles } from './enqueue-reconciles.ts';

type ExtendDeps = Pick<SyncDeps, 'documents' | 'store' | 'clock' | 'newId' | 'log' | 'tasks'>;

interface ExtendInput {
  readonly tenantId: string;
  readonly resourceId: string;
}

/**
 * Gives the events of a resource their lines on pages of months that have come within the ledger's window since they
 * were committed, and works out what follows from them there: beyond the window nobody sees that two want the same time,
 * nor counts what several children take. Safe to run again. Nothing to do for a resource that is gone or not due.
 * @throws what the document store and the queue throw.
 */
export async function extendPages({ tenantId, resourceId }: ExtendInput, deps: ExtendDeps): Promise<void> {
  const { documents, store, clock } = deps;
  const resource = await store.resources.get(documents, tenantId, resourceId);
  if (resource?.pagesDueAt === undefined || resource.pagesDueAt > instantOf(clock.now())) return;
  const from = newestMonth(resource.pagesDueAt);
  const where = [
    { field: 'resourceId', op: '==', value: resourceId },
    { field: 'end', op: '>', value: `${from}-01` },
  ] as const;
  const ids: string[] = [];
  for await (const events of store.events.each(documents, tenantId, { where, orderBy: { field: 'end' } })) {
    ids.push(...events.map(({ id }) => id));
  }
  await commitInParts(ids, (part) =>
    documents.transact((transaction) => addLines({ tenantId, resourceId }, part, from, transaction, deps)),
  );
  await commitInParts(ids, (part) => settle(tenantId, part, deps));
  await documents.transact((transaction) => scheduleNext({ tenantId, resourceId }, transaction, deps));
}

/** Puts events through the ledger as they are, now that they and those around them have their lines. */
async function settle(tenantId: string, eventIds: readonly string[], deps: ExtendDeps): Promise<void> {
  const result = await commitChanges(
    { tenantId, eventIds, touch: true, isPart: true, decide: (current) => ({ events: [...current.values()] }) },
    deps,
  );
  tellOpened(tenantId, result.opened, deps);
  await enqueueReconciles(tenantId, result.marked, deps);
}

/** Adds the lines of these events, as they now are, from the month `from` on. */
async function addLines(
  { tenantId, resourceId }: ExtendInput,
  ids: readonly string[],
  from: string,
  transaction: Transaction,
  { store, clock }: ExtendDeps,
): Promise<void> {
  const resource = await store.resources.get(transaction, tenantId, resourceId);
  if (!resource) return;
  const found = await store.events.getMany(transaction, tenantId, ids);
  const events = found.filter((event) => event?.resourceId === resourceId).filter((event) => event !== null);
  const window = { first: from, last: ledgerWindow(clock.now()).last };
  const read: ReadPages = (id, months) => store.pages.getMany(transaction, tenantId, id, months);
  const writes = await lineWrites(tenantId, resourceId, events, window, read, store);
  if (writes.length === 0) return;
  const ledgerRevision = resource.ledgerRevision + 1;
  const ledgerChangedAt = instantOf(clock.now());
  transaction.write(...writes, store.resources.update(tenantId, resourceId, { ledgerRevision, ledgerChangedAt }));
}

/** Due again with the next month while any event reaches beyond the window. */
async function scheduleNext(
  { tenantId, resourceId }: ExtendInput,
  transaction: Transaction,
  { store, clock }: ExtendDeps,
): Promise<void> {
  const now = clock.now();
  const [beyond] = await store.events.query(transaction, tenantId, {
    where: [
      { field: 'resourceId', op: '==', value: resourceId },
      { field: 'end', op: '>', value: beyondWindow(ledgerWindow(now)) },
    ],
    orderBy: { field: 'end' },
    limit: 1,
  });
  if (!(await store.resources.get(transaction, tenantId, resourceId))) return;
  const pagesDueAt = beyond ? firstOfNextMonth(now) : undefined;
  transaction.write(store.resources.update(tenantId, resourceId, { pagesDueAt }));
}
