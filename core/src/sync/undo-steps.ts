import { createHash } from 'node:crypto';
import type { LedgerEvent } from '../domain/event.ts';
import type { StatedEvent, UndoStep } from '../domain/undo.ts';
import type { Change } from '../ledger/ledger-view.ts';
import { saidOf } from '../ledger/said-of.ts';

/** The event as its source and staff state it. */
export function statedOf(event: LedgerEvent): StatedEvent {
  const { staffReleasedAt } = event;
  return { ...saidOf(event), ...(staffReleasedAt !== undefined && { staffReleasedAt }) };
}

/** Tells two statements of one event apart, whichever runs made them and whenever they were seen. */
export function statedPrint(stated: StatedEvent): string {
  const { runId: _, lastSeenAt: __, modifiedAt: ___, raw: ____, ...said } = stated;
  return createHash('sha256').update(JSON.stringify(said, sorted)).digest('base64url').slice(0, 16);
}

/** What taking back a change of an event requires. */
export function undoEvent({ before, after }: Change, action: string): UndoStep {
  return {
    type: 'event',
    eventId: after.id,
    action,
    before: before ? statedOf(before) : null,
    left: statedPrint(statedOf(after)),
  };
}

/** Stores give fields back in an order of their own. */
function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
