import type { Binding } from '@dovetail/core/domain/binding.ts';
import type { Conflict } from '@dovetail/core/domain/conflict.ts';
import { holdsTime, isOwn, type LedgerEvent } from '@dovetail/core/domain/event.ts';
import type { Feed } from '@dovetail/core/domain/feed.ts';
import type { Mapping } from '@dovetail/core/domain/mapping.ts';
import type { Proposal, Run } from '@dovetail/core/domain/run.ts';
import type { z } from 'zod';
import type { explanationSchema } from '../schemas/explanation.ts';
import { presentConflict } from './conflict.ts';
import { presentEvent } from './event.ts';
import { maskUrl } from './feed.ts';
import { presentProposal } from './proposal.ts';
import { presentRun } from './run.ts';

/** An event with where it comes from, as far as that is still kept. */
export interface Telling {
  readonly event: LedgerEvent;
  readonly sourceName: string | undefined;
  readonly feed: Feed | null;
  /** The run that last changed it. */
  readonly run: Run | null;
}

/** Everything that is known about why an event holds its time, and how it stands on each calendar. */
export interface EventHistory extends Telling {
  /** The same booking as other sources tell of it. */
  readonly others: readonly Telling[];
  readonly mappings: readonly Mapping[];
  readonly bindings: readonly Binding[];
  readonly proposals: readonly Proposal[];
  readonly runs: readonly Run[];
  readonly conflicts: readonly Conflict[];
  /** What this event follows from, is shown by, or lost against. */
  readonly related: readonly LedgerEvent[];
}

/** An event's history as the API shows it. */
export function presentExplanation(history: EventHistory): z.input<typeof explanationSchema> {
  const { event, bindings } = history;
  return {
    ...presentTelling(history),
    holdsTime: holdsTime(event),
    rule: isOwn(event) ? undefined : event.source.id,
    parentEventId: event.causeEventIds?.[0],
    causes: history.related.filter(({ id }) => event.causeEventIds?.includes(id)).map((cause) => presentEvent(cause)),
    shownBy: event.mergedInto,
    otherSources: history.others.map(presentTelling),
    overriddenBy: event.overriddenBy,
    staffReleasedAt: event.staffReleasedAt,
    conflicts: history.conflicts.map(presentConflict),
    mappings: history.mappings.map((mapping) =>
      presentMapping(
        mapping,
        bindings.find((binding) => binding.id === mapping.bindingId),
      ),
    ),
    proposals: history.proposals.map(presentProposal),
    runs: history.runs.map(presentRun),
  };
}

function presentTelling({ event, sourceName, feed, run }: Telling) {
  return {
    event: presentEvent(event),
    source: { ...event.source, name: sourceName, url: feed ? maskUrl(feed.url) : undefined },
    raw: event.raw,
    booking: event.booking,
    run: run ? presentOwnRun(run, event) : undefined,
  };
}

/** Of a run that changed many events, what it did to this one. */
function presentOwnRun({ id, flow, trigger, status, startedAt, finishedAt, changes }: Run, event: LedgerEvent) {
  const change = changes.find(({ eventId }) => eventId === event.id);
  return { id, flow, trigger, status, startedAt, finishedAt, change };
}

function presentMapping(mapping: Mapping, binding: Binding | undefined) {
  return {
    bindingId: mapping.bindingId,
    calendarId: binding?.calendarId,
    state: mapping.state,
    remoteId: mapping.remoteId,
    waiting: [
      ...(mapping.dirty === undefined ? [] : (['to-calendar'] as const)),
      ...(mapping.inbound === undefined ? [] : (['from-calendar'] as const)),
    ],
    attempts: mapping.attempts,
    nextAttemptAt: mapping.nextAttemptAt,
    parked: mapping.parked,
    heldAt: mapping.heldAt,
    updatedAt: mapping.updatedAt,
  };
}
