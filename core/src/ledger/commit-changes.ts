import type { Conflict } from '../domain/conflict.ts';
import { NotFound } from '../domain/errors.ts';
import type { LedgerEvent } from '../domain/event.ts';
import type { NotificationFamily, OutboxEntry } from '../domain/notification.ts';
import type { Resource } from '../domain/resource.ts';
import type { Clock } from '../ports/clock.ts';
import type { DocumentStore, Transaction, Write } from '../ports/document-store.ts';
import type { Log } from '../ports/log.ts';
import type { NewId } from '../ports/new-id.ts';
import type { TaskQueue } from '../ports/task-queue.ts';
import type { Store } from '../store/store.ts';
import type { Change, LedgerView, Span } from './ledger-view.ts';
import { mirrorMarks } from './mirror-marks.ts';
import { notificationsOf } from './notifications-of.ts';
import { enqueueNotifications, outboxEntry, outboxWrites } from './outbox.ts';
import type { MarkedMapping } from './outbox-marks.ts';
import { firstOfNextMonth, pageLineOf, pageWrites, type ReadPages } from './page-changes.ts';
import { changesAppearance, changesTime, withTimeRevision } from './revise-event.ts';
import { settleDecision } from './settle-decision.ts';

export interface CommitDeps {
  readonly documents: DocumentStore;
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly tasks: TaskQueue;
}

/** What a caller wants to be so. The rest of an event is the ledger's to set. */
export type EventState = Omit<
  LedgerEvent,
  | 'revision'
  | 'firstSeenAt'
  | 'updatedAt'
  | 'overriddenBy'
  | 'mergedInto'
  | 'staffReleasedAt'
  | 'timeRevision'
  | 'freedRevision'
> & {
  /** Staff free its time, or, null, take that back. Absent: as it was, unless its time changed. */
  readonly staffReleasedAt?: string | null;
};

/** What `decide` answers: the events that change, and what is to be written in the same transaction. */
export interface Decision {
  readonly events: readonly EventState[];
  /** What staff decided about conflicts. */
  readonly conflicts?: readonly Conflict[];
  /** Or what is to be written once it is known what follows. Pure, and may be called again. */
  readonly writes?: readonly Write[] | ((followed: Followed) => readonly Write[]);
}

/** What a decision leads to. */
export interface Followed {
  /** What was decided about, then what followed for other events. */
  readonly changes: readonly Change[];
  /** How many conflicts are new or changed. */
  readonly conflicts: number;
}

/** The part of the ledger that was read for `decide`. */
export type Seen = Pick<LedgerView, 'lines' | 'resource' | 'tenant'>;

export interface CommitInput {
  readonly tenantId: string;
  /** The events `decide` needs to see; only these may change, each once. */
  readonly eventIds: readonly string[];
  /** What `decide` looks at beside the events: resources, then stretches of time on them. */
  readonly sees?: {
    readonly resourceIds: readonly string[];
    readonly spans: (
      resources: ReadonlyMap<string, Resource>,
      current: ReadonlyMap<string, LedgerEvent>,
    ) => readonly Span[];
  };
  /**
   * What is decided rests on the tenant's settings. Read in the transaction, they are those of the moment: whoever goes
   * through the ledger after they changed misses nothing that was decided by the old ones.
   */
  readonly readsTenant?: boolean;
  /** Pure, and may be called again. Null commits nothing. A hold that has lapsed holds nothing in what it sees. */
  readonly decide: (current: ReadonlyMap<string, LedgerEvent>, seen: Seen) => Decision | null;
  /** What follows for other events is worked out again although the decided ones stay as they were. */
  readonly touch?: boolean;
  /** Of a change set that `commitInParts` cuts: its caller tells staff of the conflicts that all parts opened. */
  readonly isPart?: boolean;
}

export interface CommitResult extends Followed {
  readonly marked: readonly MarkedMapping[];
  /** Those that wait for staff from now on. */
  readonly opened: readonly Conflict[];
  readonly warnings: readonly string[];
}

const NOTHING: CommitResult = { changes: [], marked: [], conflicts: 0, opened: [], warnings: [] };

/**
 * The one way into the ledger. In a single transaction it reads the events and lets `decide` say what they should
 * become; works out what follows for others (bookings that several sources tell of, time that relatives inherit,
 * conflicts); then writes the events, the ledger pages of the months they touch, the conflicts, each resource's ledger
 * revision, a dirty mark on every mapping whose calendar event no longer says the same, and what webhooks are to be told.
 * The caller enqueues a task for each marked mapping afterwards; if it dies before that, the sweep does.
 *
 * @throws InvalidInput for more than 200 changes; CommitTooLarge when too much follows from a part; NotFound when an
 * event is to stand on a resource that does not exist; and what the document store throws.
 */
export async function commitChanges(input: CommitInput, deps: CommitDeps): Promise<CommitResult> {
  const { tenantId } = input;
  const { result, entry } = await deps.documents.transact((transaction) => commitIn(transaction, input, deps));
  if (!input.isPart) tellOpened(tenantId, result.opened, deps);
  await enqueueNotifications(tenantId, entry, deps);
  return result;
}

/** Staff are told once of all that came together: the first read of a feed may open hundreds of conflicts. */
export function tellOpened(tenantId: string, opened: readonly Conflict[], { log }: Pick<CommitDeps, 'log'>): void {
  const [first, ...others] = opened;
  if (!first) return;
  const { id, resourceId, type } = first;
  const one = others.length === 0 && { conflictId: id, reason: type };
  log.alert('conflict.opened', { tenantId, resourceId, count: opened.length, ...one });
}

/** What a commit would change, as far as it bears on the ledger. */
export interface Foreseen {
  readonly changes: readonly Change[];
  /** Those that would be new or other than they are. */
  readonly conflicts: readonly Conflict[];
}

/** What `commitChanges` would do now, found in the same way; nothing is written. @throws as `commitChanges`. */
export async function foreseeChanges(
  input: Omit<CommitInput, 'touch'>,
  deps: Pick<CommitDeps, 'documents' | 'store' | 'clock'>,
): Promise<Foreseen> {
  return deps.documents.transact(async (transaction) => {
    const settled = await settleDecision(transaction, input, deps.clock.now(), deps.store);
    if (!settled) return { changes: [], conflicts: [] };
    return { changes: settled.changes, conflicts: settled.view.changedConflicts().map(({ after }) => after) };
  });
}

/** What is told to the caller, and what is in the outbox. */
interface Committed {
  readonly result: CommitResult;
  readonly entry: OutboxEntry | null;
}

async function commitIn(transaction: Transaction, input: CommitInput, deps: CommitDeps): Promise<Committed> {
  const { tenantId } = input;
  const now = deps.clock.now();
  const settled = await settleDecision(transaction, input, now, deps.store);
  if (!settled) return { result: NOTHING, entry: null };
  const { view, decision } = settled;
  const resources = await touchedResources(settled.changes, view);
  const changes = withTimeRevisions(settled.changes, resources);
  const read: ReadPages = async (resourceId, months) => {
    await view.loadMonths(resourceId, months);
    return months.map((month) => view.page(resourceId, month));
  };
  const pages = await pageWrites(tenantId, changes, view.window, read, deps.store);
  const conflicts = view.changedConflicts();
  const marks = mirrorMarks(tenantId, changes, resources, deps.newId(), now);
  const notifications = notificationsOf({ changes, conflicts }, subscribedFamilies(view), view.now);
  const entry = outboxEntry(notifications, marks.mark, now);
  transaction.write(
    ...changes.map(({ after }) => deps.store.events.set(tenantId, after)),
    ...pages.writes,
    ...conflicts.map(({ after }) => deps.store.conflicts.set(tenantId, after)),
    ...resources.map(({ id, ledgerRevision, pagesDueAt }) =>
      deps.store.resources.update(tenantId, id, {
        ledgerRevision: ledgerRevision + 1,
        ledgerChangedAt: view.now,
        ...(pages.beyond.has(id) && pagesDueAt === undefined && { pagesDueAt: firstOfNextMonth(now) }),
      }),
    ),
    ...marks.parts.map(([id, part]) => deps.store.mappings.merge(tenantId, id, part)),
    ...outboxWrites(tenantId, entry, deps),
    ...(typeof decision.writes === 'function'
      ? decision.writes({ changes, conflicts: conflicts.length })
      : (decision.writes ?? [])),
  );
  const opened = conflicts.filter(({ before, after }) => after.status === 'open' && before?.status !== 'open');
  const result = {
    changes,
    marked: marks.marked,
    conflicts: conflicts.length,
    opened: opened.map(({ after }) => after),
    warnings: pages.warnings,
  };
  return { result, entry };
}

/** Every resource of a tenant says the same, so those that were read anyway say it all. */
function subscribedFamilies(view: LedgerView): readonly NotificationFamily[] {
  return [...view.resources().values()].flatMap(({ subscribed }) => subscribed ?? []);
}

/**
 * The resources whose time changes. An event that only learned a newer version of itself touches none; one that leaves
 * a resource, or no longer stands there, does so also when the resource is gone.
 */
async function touchedResources(changes: readonly Change[], view: LedgerView): Promise<Resource[]> {
  const touched = new Set<string>();
  const needed = new Set<string>();
  for (const { before, after } of changes) {
    if (!changesAppearance(before, after)) continue;
    for (const { resourceId } of [before ?? after, after]) touched.add(resourceId);
    if (before?.resourceId !== after.resourceId || pageLineOf(after)) needed.add(after.resourceId);
  }
  await view.loadResources(touched);
  const missing = [...needed].filter((id) => !view.resource(id));
  if (missing.length > 0) throw new NotFound(`no resource ${missing.map((id) => `"${id}"`).join(', ')}`);
  return [...touched].map((id) => view.resource(id)).filter((resource) => resource !== undefined);
}

/** Says of every event whose time changed with which revision of its resource it did. */
function withTimeRevisions(changes: readonly Change[], resources: readonly Resource[]): Change[] {
  const revisions = new Map(resources.map(({ id, ledgerRevision }) => [id, ledgerRevision + 1]));
  return changes.map(({ before, after }) => {
    const revision = changesTime(before, after) ? revisions.get(after.resourceId) : undefined;
    return { before, after: revision === undefined ? after : withTimeRevision({ before, after }, revision) };
  });
}
