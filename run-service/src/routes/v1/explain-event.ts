import { NotFound } from '@dovetail/core/domain/errors.ts';
import { type LedgerEvent, standingAt } from '@dovetail/core/domain/event.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import type { Run } from '@dovetail/core/domain/run.ts';
import type { AppDeps } from '../../app-deps.ts';
import type { EventHistory, Telling } from '../../present/explanation.ts';

type ExplainDeps = Pick<AppDeps, 'documents' | 'store' | 'clock'>;

const LATEST_RUNS = 5;
/** More than a booking has sources. */
const MOST_SOURCES = 20;

/** The event as it stands now. @throws NotFound. */
export async function readEvent(tenantId: string, id: string, deps: ExplainDeps): Promise<LedgerEvent> {
  const event = await deps.store.events.get(deps.documents, tenantId, id);
  if (!event) throw new NotFound(`no event "${id}"`);
  return standingAt(event, instantOf(deps.clock.now()));
}

/** Reads the chain behind an event: what its sources say, its state on each calendar, refused edits, runs. @throws NotFound. */
export async function explainEvent(tenantId: string, id: string, deps: ExplainDeps): Promise<EventHistory> {
  const { documents, store } = deps;
  const event = await readEvent(tenantId, id, deps);
  const [telling, others, mappings, proposals, latest, conflicts] = await Promise.all([
    readTelling(tenantId, event, deps),
    readOthers(tenantId, event, deps),
    store.mappings.ofEvent(documents, tenantId, id),
    store.proposals.query(documents, tenantId, { where: [{ field: 'eventId', op: '==', value: id }] }),
    latestRuns(tenantId, event, deps),
    store.conflicts.query(documents, tenantId, {
      where: [{ field: 'eventIds', op: 'array-contains', value: id }],
    }),
  ]);
  const related = await store.events.getMany(documents, tenantId, relatedIds(event));
  const bindingIds = mappings.map((mapping) => mapping.bindingId);
  const bindings = await store.bindings.getMany(documents, tenantId, bindingIds);
  return {
    ...telling,
    ...{ others, mappings, proposals, conflicts },
    runs: [...(telling.run ? [telling.run] : []), ...latest.filter(({ id: runId }) => runId !== telling.run?.id)],
    related: related.filter((one) => one !== null).map((one) => standingAt(one, instantOf(deps.clock.now()))),
    bindings: bindings.filter((binding) => binding !== null),
  };
}

/** The events this one follows from, is shown by, or lost against. */
function relatedIds({ causeEventIds = [], mergedInto, overriddenBy }: LedgerEvent): string[] {
  return [...causeEventIds, mergedInto, overriddenBy].filter((id) => id !== undefined);
}

/** The other events that tell of the same booking: first the one that shows it, then those that are shown by it. */
async function readOthers(tenantId: string, event: LedgerEvent, deps: ExplainDeps): Promise<Telling[]> {
  const { documents, store } = deps;
  const shownBy = event.mergedInto ?? event.id;
  const [first, shown] = await Promise.all([
    store.events.get(documents, tenantId, shownBy),
    store.events.query(documents, tenantId, {
      where: [{ field: 'mergedInto', op: '==', value: shownBy }],
      limit: MOST_SOURCES,
    }),
  ]);
  const others = [...(first ? [first] : []), ...shown].filter(({ id }) => id !== event.id);
  return Promise.all(others.map((other) => readTelling(tenantId, other, deps)));
}

/** An event with what is still kept of where it comes from: its feed may be deleted, its run is gone after 90 days. */
async function readTelling(tenantId: string, event: LedgerEvent, deps: ExplainDeps): Promise<Telling> {
  const { documents, store } = deps;
  const { source, runId } = event;
  const [feed, system, binding, run] = await Promise.all([
    source.type === 'feed' ? store.feeds.get(documents, tenantId, source.id) : null,
    source.type === 'booking-system' ? store.bookingSystems.get(documents, tenantId, source.id) : null,
    source.type === 'binding' ? store.bindings.get(documents, tenantId, source.id) : null,
    runId === undefined ? null : store.runs.get(documents, tenantId, runId),
  ]);
  const sourceName =
    source.type === 'feed' ? (feed?.platform ?? event.platform) : (system?.type ?? binding?.calendarId);
  return { event, sourceName, feed, run };
}

/**
 * The latest runs of the event's resource, and those of the latest by which new settings of the tenant, on any of its
 * resources, changed this event.
 */
async function latestRuns(tenantId: string, { id, resourceId }: LedgerEvent, deps: ExplainDeps): Promise<Run[]> {
  const latest = (field: 'resourceId' | 'flow', value: string) =>
    deps.store.runs.query(deps.documents, tenantId, {
      where: [{ field, op: '==', value }],
      orderBy: { field: 'startedAt', direction: 'desc' },
      limit: LATEST_RUNS,
    });
  const [ofResource, ofSettings] = await Promise.all([
    latest('resourceId', resourceId),
    latest('flow', 'apply-settings'),
  ]);
  const settings = ofSettings.filter(({ changes }) => changes.some(({ eventId }) => eventId === id));
  return [...ofResource, ...settings].sort((a, b) => (a.startedAt > b.startedAt ? -1 : 1));
}
