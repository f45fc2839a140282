import type { LedgerEvent } from '../domain/event.ts';
import { remoteEventIdOf } from '../domain/identity.ts';
import { instantOf } from '../domain/interval.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { PartOf } from '../store/collection.ts';

/**
 * How a mapping is put to work. Its marks are the outbox: written in the commit that causes the work, found by the
 * sweep should the task be lost. All fields of a mark are set here and nowhere else.
 */

/** How long a mark waits for its own task before the sweep takes it up. */
const SWEEP_AFTER_MS = 2 * 60_000;

/** One mapping that now has work to do. */
export interface MarkedMapping {
  readonly eventId: string;
  readonly bindingId: string;
  /** The number of the commit that marked it. */
  readonly mark: string;
}

/** When the sweep takes up a mark set at `now` (milliseconds since 1970). */
export function sweepTime(now: number): string {
  return instantOf(now + SWEEP_AFTER_MS);
}

/** The ledger's side moved, or is to be written again; undoes any earlier surrender. */
export function dirtyPart(mark: string, now: number): PartOf<Mapping> {
  return { dirty: mark, ...awake(now) };
}

/** The calendar's side has to be read; undoes any earlier surrender. */
export function inboundPart(mark: string, now: number): PartOf<Mapping> {
  return { inbound: mark, ...awake(now) };
}

/** What a mapping is about, for a mark on one that may not exist yet. */
export function subjectPart(
  event: Pick<LedgerEvent, 'id' | 'end'>,
  binding: { readonly id: string; readonly resourceId: string },
  now: number,
): PartOf<Mapping> {
  return {
    eventId: event.id,
    bindingId: binding.id,
    resourceId: binding.resourceId,
    end: event.end,
    updatedAt: instantOf(now),
  };
}

/** States under which id an event is going to be inserted, before it is. */
export function statedPart(tenantId: string, eventId: string, bindingId: string, generation: number): PartOf<Mapping> {
  return {
    state: 'stated',
    generation,
    remoteId: remoteEventIdOf(tenantId, eventId, bindingId, generation),
    shared: undefined,
    etag: undefined,
    agreed: undefined,
  };
}

function awake(now: number): PartOf<Mapping> {
  return { sweepAt: sweepTime(now), attempts: 0, nextAttemptAt: undefined, parked: undefined };
}
