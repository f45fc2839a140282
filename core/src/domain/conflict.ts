import { digest } from './identity.ts';
import type { Interval } from './interval.ts';

/**
 * - `double-booking`: two reservations of one resource share time
 * - `reservation-block`: a reservation lies within a block, or covers it
 * - `partial-overlap`: a reservation and a block share a part of their time
 * - `parent-child`: two reservations of related resources share time that only one of them can have
 *
 * A stay that ends on the day another begins is no conflict; such turnovers are told with the events.
 */
export type ConflictType = 'double-booking' | 'reservation-block' | 'partial-overlap' | 'parent-child';

/** Two events that want the same time. Neither's time becomes free because the other won. */
export interface Conflict extends Interval {
  readonly id: string;
  /** Of the first event. */
  readonly resourceId: string;
  readonly type: ConflictType;
  /** In the order of their ids. */
  readonly eventIds: readonly [string, string];
  /** `open` waits for staff. */
  readonly status: 'open' | 'resolved';
  readonly winnerEventId?: string;
  readonly resolvedBy?: 'priority' | 'later-modification' | 'rule' | 'staff' | 'overlap-ended';
  /** For a person. */
  readonly reason: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The id of the conflict between two events, whichever is named first. */
export function conflictIdOf(a: string, b: string): string {
  return digest('conflict', ...[a, b].sort()).slice(0, 26);
}
