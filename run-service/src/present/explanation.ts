import type { Binding } from '@dovetail/core/domain/binding.ts';
import type { Conflict } from '@dovetail/core/domain/conflict.ts';
import { holdsTime, isOwn, type LedgerEvent } from '@dovetail/core/domain/event.ts';
import type { Mapping } from '@dovetail/core/domain/mapping.ts';
import type { Proposal, Run } from '@dovetail/core/domain/run.ts';
import type { z } from 'zod';
import type { explanationSchema } from '../schemas/explanation.ts';
import { presentConflict } from './conflict.ts';
import { presentEvent } from './event.ts';
import { presentProposal } from './proposal.ts';
import { presentRun } from './run.ts';

/** Everything that is known about why an event holds its time, and how it stands on each calendar. */
export interface EventHistory {
  readonly event: LedgerEvent;
  readonly sourceName: string | undefined;
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
    event: presentEvent(event),
    holdsTime: holdsTime(event),
    source: { ...event.source, name: history.sourceName },
    booking: event.booking,
    rule: isOwn(event) ? undefined : event.source.id,
    parentEventId: event.causeEventIds?.[0],
    causes: history.related.filter(({ id }) => event.causeEventIds?.includes(id)).map((cause) => presentEvent(cause)),
    shownBy: event.mergedInto,
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
