import { NotFound } from '@dovetail/core/domain/errors.ts';
import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import type { Run } from '@dovetail/core/domain/run.ts';
import type { AppDeps } from '../../app-deps.ts';
import type { EventHistory } from '../../present/explanation.ts';

type ExplainDeps = Pick<AppDeps, 'documents' | 'store'>;

const LATEST_RUNS = 5;

/** @throws NotFound. */
export async function readEvent(tenantId: string, id: string, deps: ExplainDeps): Promise<LedgerEvent> {
  const event = await deps.store.events.get(deps.documents, tenantId, id);
  if (!event) throw new NotFound(`no event "${id}"`);
  return event;
}

/** Reads the chain behind an event: its source, its state on each calendar, refused edits, runs. @throws NotFound. */
export async function explainEvent(tenantId: string, id: string, deps: ExplainDeps): Promise<EventHistory> {
  const { documents, store } = deps;
  const event = await readEvent(tenantId, id, deps);
  const [mappings, proposals, sourceName, runs, conflicts] = await Promise.all([
    store.mappings.ofEvent(documents, tenantId, id),
    store.proposals.query(documents, tenantId, { where: [{ field: 'eventId', op: '==', value: id }] }),
    nameOfSource(tenantId, event, deps),
    runsAround(tenantId, event, deps),
    store.conflicts.query(documents, tenantId, {
      where: [{ field: 'eventIds', op: 'array-contains', value: id }],
    }),
  ]);
  const related = await store.events.getMany(documents, tenantId, relatedIds(event));
  const bindingIds = mappings.map((mapping) => mapping.bindingId);
  const bindings = await store.bindings.getMany(documents, tenantId, bindingIds);
  return {
    ...{ event, sourceName, mappings, proposals, runs, conflicts },
    related: related.filter((one) => one !== null),
    bindings: bindings.filter((binding) => binding !== null),
  };
}

/** The events this one follows from, is shown by, or lost against. */
function relatedIds({ causeEventIds = [], mergedInto, overriddenBy }: LedgerEvent): string[] {
  return [...causeEventIds, mergedInto, overriddenBy].filter((id) => id !== undefined);
}

async function nameOfSource(tenantId: string, { source }: LedgerEvent, deps: ExplainDeps): Promise<string | undefined> {
  const { documents, store } = deps;
  if (source.type === 'booking-system') {
    return (await store.bookingSystems.get(documents, tenantId, source.id))?.type;
  }
  if (source.type === 'binding') return (await store.bindings.get(documents, tenantId, source.id))?.calendarId;
  if (source.type === 'feed') return (await store.feeds.get(documents, tenantId, source.id))?.platform;
  return undefined;
}

/** The run that last changed the event, if it is still kept, then the latest of its resource. */
async function runsAround(tenantId: string, event: LedgerEvent, deps: ExplainDeps): Promise<Run[]> {
  const { documents, store } = deps;
  const { runId, resourceId } = event;
  const own = runId === undefined ? null : await store.runs.get(documents, tenantId, runId);
  const latest = await store.runs.query(documents, tenantId, {
    where: [{ field: 'resourceId', op: '==', value: resourceId }],
    orderBy: { field: 'startedAt', direction: 'desc' },
    limit: LATEST_RUNS,
  });
  return [...(own ? [own] : []), ...latest.filter((run) => run.id !== runId)];
}
