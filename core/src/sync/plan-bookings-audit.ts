import type { Booking } from '../domain/booking.ts';
import type { LedgerEvent } from '../domain/event.ts';
import { msOf } from '../domain/interval.ts';
import { isBulkLoss } from '../domain/removal-guard.ts';
import type { PageLine } from '../store/pages.ts';

/** A booking is believed to be gone when its system has not known it for as long, as it is with entries of feeds. */
const LOST_AFTER_MS = 6 * 3_600_000;

/** What is held of a booking system's bookings, here and there. */
export interface Holding {
  /** What the ledger holds. */
  readonly lines: readonly PageLine[];
  /** What the system lists, by the ids of our events. */
  readonly listed: ReadonlyMap<string, Pick<Booking, 'id' | 'resourceId'>>;
  /** The tenant's resources. */
  readonly resourceIds: ReadonlySet<string>;
  /** The date both are asked from: what ends by its start is left out. */
  readonly date: string;
}

export interface HoldingComparison {
  /** Held here and not listed there: the system is to be asked for each. */
  readonly absent: readonly PageLine[];
  /** Ids of bookings that are listed and do not stand in the ledger: they are to be read. */
  readonly unexpected: readonly string[];
  /** How many the ledger holds that are to come or have begun. */
  readonly future: number;
}

/** Compares both sides. What is listed for no resource of ours is left out: it was told of when it was first read. Pure. */
export function compareHolding({ lines, listed, resourceIds, date }: Holding): HoldingComparison {
  const standing = new Set(lines.filter(({ status }) => status === 'active').map(({ id }) => id));
  const future = lines.filter(({ end }) => end > date);
  const unexpected = [...listed].filter(
    ([eventId, { resourceId }]) => !standing.has(eventId) && resourceId !== undefined && resourceIds.has(resourceId),
  );
  return {
    absent: future.filter(({ id }) => !listed.has(id)),
    unexpected: unexpected.map(([, { id }]) => id),
    future: future.length,
  };
}

/** The bookings that their system says it does not know. */
export interface Losses {
  /** Those it did not know before; each says since when. */
  readonly before: readonly LedgerEvent[];
  /** How many it was found not to know just now. */
  readonly found: number;
  /** How many the ledger holds that are to come or have begun, these included. */
  readonly future: number;
  /** Since when losses have waited for staff. */
  readonly heldAt: string | undefined;
  readonly now: number;
}

export interface LossPlan {
  /** Nothing is cancelled until staff say that it was meant. */
  readonly held: boolean;
  /** Lost for long enough: asked for once more, they are cancelled. */
  readonly due: readonly LedgerEvent[];
  /** When the next of the others will be; absent when none waits for it. */
  readonly nextDueAt?: number;
}

/**
 * Decides what becomes of lost bookings: one answer is no evidence, so each is asked for again six hours later; and so
 * many at once wait for staff. Pure.
 */
export function planLosses({ before, found, future, heldAt, now }: Losses): LossPlan {
  const count = before.length + found;
  if (count > 0 && (heldAt !== undefined || isBulkLoss(count, future))) return { held: true, due: [] };
  const [due, waiting]: [LedgerEvent[], number[]] = [[], found > 0 ? [now + LOST_AFTER_MS] : []];
  for (const event of before) {
    const dueAt = msOf(event.booking?.lostSince ?? event.updatedAt) + LOST_AFTER_MS;
    if (dueAt <= now) due.push(event);
    else waiting.push(dueAt);
  }
  return { held: false, due, ...(waiting.length > 0 && { nextDueAt: Math.min(...waiting) }) };
}
