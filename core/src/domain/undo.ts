import type { Conflict } from './conflict.ts';
import type { EventStatus, LedgerEvent } from './event.ts';
import type { ImportRule } from './import.ts';
import type { Interval } from './interval.ts';

/** An event as its source and staff state it, without what the ledger decides and counts. */
export type StatedEvent = Omit<
  LedgerEvent,
  'revision' | 'firstSeenAt' | 'updatedAt' | 'overriddenBy' | 'mergedInto' | 'timeRevision' | 'freedRevision'
>;

/** What taking back one thing that a run did requires. */
export type UndoStep =
  /** It wrote an event: `before` is how it was, null when there was none; `left` the fingerprint of how it left it. */
  | {
      readonly type: 'event';
      readonly eventId: string;
      readonly action: string;
      readonly before: StatedEvent | null;
      readonly left: string;
    }
  /** Staff freed an event's time, which until then had `status`. */
  | {
      readonly type: 'released';
      readonly eventId: string;
      readonly releasedAt: string;
      readonly status: EventStatus;
    }
  /** Staff took a release back. */
  | ({ readonly type: 'restored'; readonly eventId: string } & Interval)
  /** Staff decided a conflict, which until then was as `before`. */
  | { readonly type: 'decided'; readonly conflictId: string; readonly before: Conflict; readonly winnerEventId: string }
  /** It kept a series as a rule, or forgot one; `before` is the rule that was there. */
  | { readonly type: 'rule'; readonly ruleId: string; readonly isKept: boolean; readonly before: ImportRule | null };

/** What one transaction of a run takes to be reverted: `{run}~{number}`. It names guests: stored sealed. */
export interface UndoPart {
  readonly id: string;
  readonly steps: readonly UndoStep[];
}

/** The id of the part of a run that its transaction `number`, from 0, left behind. */
export function undoPartId(runId: string, number: number): string {
  return `${runId}~${number}`;
}
