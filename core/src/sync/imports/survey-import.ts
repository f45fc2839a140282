import type { Conflict } from '../../domain/conflict.ts';
import { NotFound } from '../../domain/errors.ts';
import type { LedgerEvent, Platform } from '../../domain/event.ts';
import { type ImportChange, type ImportContent, type ImportOptions, MOST_CONFLICTS } from '../../domain/import.ts';
import { type Interval, instantOf } from '../../domain/interval.ts';
import { prioritiesOf } from '../../domain/priorities.ts';
import type { Resource } from '../../domain/resource.ts';
import { dateAt } from '../../ical/local-time.ts';
import { foreseeChanges, type Seen } from '../../ledger/commit-changes.ts';
import { commitInParts } from '../../ledger/commit-in-parts.ts';
import { MOST_CHANGES } from '../../ledger/settle-decision.ts';
import type { SyncDeps } from '../deps.ts';
import { type ImportParts, importEventState } from './import-event-state.ts';
import { conflictsWithin, type ImportPlan, type KnownEvent, mayCancel, planImport } from './plan-import.ts';

type SurveyDeps = Pick<SyncDeps, 'documents' | 'store' | 'clock'>;

/** What is to be imported, and for whom. */
export interface ImportSubject {
  readonly tenantId: string;
  readonly resource: Resource;
  readonly setId: string;
  readonly options: ImportOptions;
  readonly platform: Platform | undefined;
  readonly runId: string;
}

/** The resource an import is for. @throws NotFound. */
export async function importedResource(
  tenantId: string,
  resourceId: string,
  { documents, store }: SurveyDeps,
): Promise<Resource> {
  const resource = await store.resources.get(documents, tenantId, resourceId);
  if (!resource) throw new NotFound(`no resource "${resourceId}"`);
  return resource;
}

/** What every event of an import has; its place among sources is that of what staff enter. */
export async function partsOf(subject: ImportSubject, { documents, store, clock }: SurveyDeps): Promise<ImportParts> {
  const { tenantId, resource, setId, platform, runId } = subject;
  const tenant = await store.tenants.get(documents, tenantId);
  return {
    setId,
    resourceId: resource.id,
    platform,
    priority: prioritiesOf(tenant?.priorities).manual,
    runId,
    seenAt: instantOf(clock.now()),
  };
}

/** Compares a file with the ledger as it is now. Reads each event that the file names once. */
export async function planNow(
  subject: ImportSubject,
  content: Pick<ImportContent, 'entries' | 'calledOff' | 'unreadable' | 'series'>,
  parts: ImportParts,
  deps: SurveyDeps,
): Promise<ImportPlan> {
  const { tenantId, resource, options } = subject;
  const now = instantOf(deps.clock.now());
  const today = dateAt(now, resource.timeZone);
  const ids = content.entries.map(({ eventId }) => eventId);
  return planImport({
    content,
    options,
    parts,
    known: await readKnown(tenantId, ids, deps),
    ofSet: mayCancel({ content, options }) ? await readSet(subject, today, deps) : [],
    begunUntil: resource.kind === 'nightly' ? today : now,
  });
}

/** What conflicts a plan would lead to. */
export interface ForeseenConflicts {
  /** By start; at most `MOST_CONFLICTS`. */
  readonly conflicts: readonly Conflict[];
  /** There are more. */
  readonly areTooMany: boolean;
}

/** The conflicts that these changes would lead to now, as the ledger itself judges them. */
export async function foreseeConflicts(
  tenantId: string,
  changes: readonly ImportChange[],
  parts: ImportParts,
  deps: SurveyDeps,
): Promise<ForeseenConflicts> {
  const ids = new Set(changes.map(({ eventId }) => eventId));
  const found = new Map<string, Conflict>();
  const within = conflictsWithin(parts.seenAt);
  await commitInParts(changes, async (part) => {
    if (found.size > MOST_CONFLICTS) return;
    const foreseen = await foreseeChanges({ tenantId, isPart: true, ...decisionOf(part, parts) }, deps);
    for (const conflict of foreseen.conflicts) {
      // Two that the file itself moves are judged as it leaves them.
      if (conflict.resolvedBy === 'overlap-ended' || conflict.eventIds.every((id) => ids.has(id))) continue;
      found.set(conflict.id, conflict);
    }
    const standing = foreseen.changes
      .map(({ after }) => after)
      .filter(({ id, status }) => ids.has(id) && status === 'active');
    for (const conflict of within(standing.sort(byStart))) found.set(conflict.id, conflict);
  });
  const conflicts = [...found.values()].sort(byStart).slice(0, MOST_CONFLICTS);
  return { conflicts, areTooMany: found.size > MOST_CONFLICTS };
}

function byStart(a: Interval, b: Interval): number {
  return a.start < b.start ? -1 : 1;
}

/** Changes as they are committed, so many at a time. */
export function chunksOf<T>(changes: readonly T[]): (readonly T[])[] {
  const chunks: (readonly T[])[] = [];
  for (let from = 0; from < changes.length; from += MOST_CHANGES) chunks.push(changes.slice(from, from + MOST_CHANGES));
  return chunks;
}

/** The events of a chunk and what is decided about them, by the tenant's priorities of the moment where they are read. */
export function decisionOf(chunk: readonly ImportChange[], parts: ImportParts) {
  return {
    eventIds: chunk.map(({ eventId }) => eventId),
    decide: (current: ReadonlyMap<string, LedgerEvent>, { tenant }: Pick<Seen, 'tenant'>) => {
      const ranked = tenant ? { ...parts, priority: prioritiesOf(tenant.priorities).manual } : parts;
      return { events: chunk.flatMap((change) => importEventState(change, current.get(change.eventId), ranked) ?? []) };
    },
  };
}

async function readKnown(
  tenantId: string,
  ids: readonly string[],
  { documents, store }: SurveyDeps,
): Promise<ReadonlyMap<string, KnownEvent>> {
  const known = new Map<string, KnownEvent>();
  for (const chunk of chunksOf(ids)) {
    const found = await store.events.getMany(documents, tenantId, chunk);
    for (const event of found) if (event) known.set(event.id, withoutText(event));
  }
  return known;
}

/** The events of the set that are not over. */
async function readSet(
  { tenantId, resource, setId }: ImportSubject,
  today: string,
  { documents, store }: SurveyDeps,
): Promise<KnownEvent[]> {
  const where = [
    { field: 'resourceId', op: '==', value: resource.id },
    { field: 'end', op: '>', value: today },
  ] as const;
  const found: KnownEvent[] = [];
  for await (const events of store.events.each(documents, tenantId, { where, orderBy: { field: 'end' } })) {
    const ofSet = events.filter(({ source }) => source.type === 'import' && source.id === setId);
    found.push(...ofSet.map(withoutText));
  }
  return found;
}

function withoutText({ raw: _, ...event }: LedgerEvent): KnownEvent {
  return event;
}
