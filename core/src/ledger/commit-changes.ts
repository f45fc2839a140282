import { InvalidInput, NotFound } from '../domain/errors.ts';
import { holdsTime, type LedgerEvent } from '../domain/event.ts';
import { mappingIdOf } from '../domain/identity.ts';
import { instantOf } from '../domain/interval.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { Resource } from '../domain/resource.ts';
import type { Clock } from '../ports/clock.ts';
import type { DocumentStore, Transaction, Write } from '../ports/document-store.ts';
import type { NewId } from '../ports/new-id.ts';
import type { PartOf } from '../store/collection.ts';
import type { Store } from '../store/store.ts';
import { dirtyPart, type MarkedMapping, statedPart, subjectPart } from './outbox-marks.ts';
import { firstOfNextMonth, ledgerWindow, pageLineOf, pageWrites } from './page-changes.ts';

/** More than this in one commit would come near Firestore's 10 MiB; callers cut their change sets. */
export const MOST_CHANGES = 200;

export interface CommitDeps {
  readonly documents: DocumentStore;
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** What a caller wants to be so. `revision`, `firstSeenAt` and `updatedAt` are the ledger's to set. */
export type EventState = Omit<LedgerEvent, 'revision' | 'firstSeenAt' | 'updatedAt'>;

/** What `decide` answers: the events that change, and what is to be written in the same transaction. */
export interface Decision {
  readonly events: readonly EventState[];
  readonly writes?: readonly Write[];
}

export interface CommitInput {
  readonly tenantId: string;
  /** The events `decide` needs to see; only these may change, each once. */
  readonly eventIds: readonly string[];
  /** Pure, and may be called again. Null commits nothing. */
  readonly decide: (current: ReadonlyMap<string, LedgerEvent>) => Decision | null;
}

export interface CommitResult {
  readonly changes: readonly { readonly before: LedgerEvent | undefined; readonly after: LedgerEvent }[];
  readonly marked: readonly MarkedMapping[];
  readonly warnings: readonly string[];
}

/**
 * The one way into the ledger. In a single transaction it reads the events and lets `decide` say what they should
 * become, then writes the events, the ledger pages of the months they touch, each resource's ledger revision, and a
 * dirty mark on every mapping whose calendar event no longer says the same. The caller enqueues a task for each marked
 * mapping afterwards; if it dies before that, the sweep does.
 *
 * @throws InvalidInput for more than 200 changes, NotFound when an event is to stand on a resource that does not exist,
 * and what the document store throws.
 */
export async function commitChanges(input: CommitInput, deps: CommitDeps): Promise<CommitResult> {
  return deps.documents.transact(async (transaction) => {
    const current = await readEvents(input, transaction, deps.store);
    const decision = input.decide(current);
    if (!decision) return { changes: [], marked: [], warnings: [] };
    checkDecision(decision, input.eventIds);
    const now = deps.clock.now();
    const changes = decision.events.map((state) => revise(state, current.get(state.id), instantOf(now)));
    const resources = await readResources(input.tenantId, changes, transaction, deps.store);
    const pages = await pageWrites(input.tenantId, changes, ledgerWindow(now), transaction, deps.store);
    const marks = planMarks(input.tenantId, changes, resources, deps.newId(), now);
    transaction.write(
      ...changes.map(({ after }) => deps.store.events.set(input.tenantId, after)),
      ...pages.writes,
      ...[...resources.values()].map(({ id, ledgerRevision, pagesDueAt }) =>
        deps.store.resources.update(input.tenantId, id, {
          ledgerRevision: ledgerRevision + 1,
          ...(pages.beyond.has(id) && pagesDueAt === undefined && { pagesDueAt: firstOfNextMonth(now) }),
        }),
      ),
      ...[...marks.parts].map(([id, part]) => deps.store.mappings.merge(input.tenantId, id, part)),
      ...(decision.writes ?? []),
    );
    return { changes, marked: marks.marked, warnings: pages.warnings };
  });
}

type Change = CommitResult['changes'][number];

/** A change to an event that was not read, or a second one to the same, would leave its old page lines standing. */
function checkDecision({ events }: Decision, eventIds: readonly string[]): void {
  if (events.length > MOST_CHANGES) {
    throw new InvalidInput(`one commit takes at most ${MOST_CHANGES} changes, not ${events.length}`);
  }
  const mayChange = new Set(eventIds);
  for (const { id } of events) {
    if (!mayChange.delete(id)) throw new Error(`event ${id} was decided about twice, or without being read`);
  }
}

async function readEvents(
  input: CommitInput,
  transaction: Transaction,
  store: Store,
): Promise<Map<string, LedgerEvent>> {
  const events = await store.events.getMany(transaction, input.tenantId, input.eventIds);
  return new Map(events.filter((event) => event !== null).map((event) => [event.id, event]));
}

/**
 * The resources whose time changes. An event that only learned a newer version of itself touches none; one that leaves
 * a resource, or no longer stands there, does so also when the resource is gone.
 */
async function readResources(
  tenantId: string,
  changes: readonly Change[],
  transaction: Transaction,
  store: Store,
): Promise<Map<string, Resource>> {
  const touched = new Set<string>();
  const needed = new Set<string>();
  for (const { before, after } of changes) {
    if (!changesAppearance(before, after)) continue;
    for (const { resourceId } of [before ?? after, after]) touched.add(resourceId);
    if (before?.resourceId !== after.resourceId || pageLineOf(after)) needed.add(after.resourceId);
  }
  const found = await store.resources.getMany(transaction, tenantId, [...touched]);
  const resources = new Map(found.filter((resource) => resource !== null).map((resource) => [resource.id, resource]));
  const missing = [...needed].filter((id) => !resources.has(id));
  if (missing.length > 0) throw new NotFound(`no resource ${missing.map((id) => `"${id}"`).join(', ')}`);
  return resources;
}

function revise(state: EventState, before: LedgerEvent | undefined, now: string): Change {
  const revision = (before?.revision ?? 0) + 1;
  return { before, after: { ...state, revision, firstSeenAt: before?.firstSeenAt ?? now, updatedAt: now } };
}

/** True when mirrors, pages or conflicts would see a difference. */
function changesAppearance(before: LedgerEvent | undefined, after: LedgerEvent): boolean {
  if (!before) return true;
  return (
    before.start !== after.start ||
    before.end !== after.end ||
    before.title !== after.title ||
    before.resourceId !== after.resourceId ||
    before.status !== after.status ||
    before.kind !== after.kind ||
    before.priority !== after.priority ||
    before.until !== after.until ||
    (before.booking?.status === 'pending') !== (after.booking?.status === 'pending')
  );
}

function planMarks(
  tenantId: string,
  changes: readonly Change[],
  resources: ReadonlyMap<string, Resource>,
  mark: string,
  now: number,
): { readonly parts: ReadonlyMap<string, PartOf<Mapping>>; readonly marked: readonly MarkedMapping[] } {
  const parts = new Map<string, PartOf<Mapping>>();
  const marked: MarkedMapping[] = [];
  for (const { before, after } of changes) {
    if (!changesAppearance(before, after) || (!before && !holdsTime(after))) continue;
    for (const resourceId of new Set([before?.resourceId ?? after.resourceId, after.resourceId])) {
      for (const bindingId of resources.get(resourceId)?.mirrorBindingIds ?? []) {
        if (after.source.type === 'binding' && after.source.id === bindingId) continue;
        parts.set(mappingIdOf(after.id, bindingId), {
          ...subjectPart(after, { id: bindingId, resourceId }, now),
          ...dirtyPart(mark, now),
          ...(!before && statedPart(tenantId, after.id, bindingId, 0)),
        });
        marked.push({ eventId: after.id, bindingId, mark });
      }
    }
  }
  return { parts, marked };
}
