import { holdsTime, type LedgerEvent } from '../domain/event.ts';
import { sameInterval } from '../domain/interval.ts';
import type { UndoStep } from '../domain/undo.ts';
import type { EventState } from '../ledger/commit-changes.ts';
import { saidOf } from '../ledger/said-of.ts';
import { statedOf, statedPrint } from './undo-steps.ts';

/** What reverting one step comes to: `undone` with what the event becomes, or it is so already, or it stays. */
export type StepOutcome =
  | { readonly outcome: 'undone'; readonly state: EventState }
  | { readonly outcome: 'already' }
  /** Somebody changed it since; for a person. */
  | { readonly outcome: 'kept'; readonly reason: string };

export type EventStep = Extract<UndoStep, { readonly eventId: string }>;

/** Who reverts, and when. */
export interface RevertParts {
  readonly runId: string;
  /** An instant. */
  readonly now: string;
}

/** What an event should become when one thing that a run did to it is taken back. Pure. */
export function planStep(step: EventStep, current: LedgerEvent | undefined, parts: RevertParts): StepOutcome {
  if (!current) return { outcome: 'already' };
  switch (step.type) {
    case 'event':
      return revertEvent(step, current, parts);
    case 'released':
      return takeBackRelease(step, current);
    case 'restored':
      return releaseAgain(step, current, parts);
  }
}

function revertEvent(
  { before, left }: Extract<EventStep, { type: 'event' }>,
  current: LedgerEvent,
  { runId }: RevertParts,
): StepOutcome {
  const print = statedPrint(statedOf(current));
  if (before ? print === statedPrint(before) : !holdsTime(current)) return { outcome: 'already' };
  if (print !== left) return { outcome: 'kept', reason: 'it has changed since' };
  if (!before) return { outcome: 'undone', state: { ...saidOf(current), status: 'cancelled', runId } };
  return { outcome: 'undone', state: { ...before, staffReleasedAt: before.staffReleasedAt ?? null, runId } };
}

function takeBackRelease(
  { releasedAt, status }: Extract<EventStep, { type: 'released' }>,
  current: LedgerEvent,
): StepOutcome {
  const { staffReleasedAt } = current;
  // Its source moved it, which ended the release, or staff took it back themselves.
  if (staffReleasedAt === undefined) return { outcome: 'already' };
  if (staffReleasedAt !== releasedAt) return { outcome: 'kept', reason: 'staff have released it anew since' };
  const held = current.status === 'released' ? status : current.status;
  return { outcome: 'undone', state: { ...saidOf(current), status: held, staffReleasedAt: null } };
}

function releaseAgain(
  step: Extract<EventStep, { type: 'restored' }>,
  current: LedgerEvent,
  { now }: RevertParts,
): StepOutcome {
  if (current.staffReleasedAt !== undefined || !holdsTime(current)) return { outcome: 'already' };
  if (!sameInterval(step, current)) return { outcome: 'kept', reason: 'its source has moved it since' };
  return { outcome: 'undone', state: { ...saidOf(current), staffReleasedAt: now } };
}
