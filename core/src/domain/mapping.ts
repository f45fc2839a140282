import type { RemovalDecision } from './binding.ts';
import type { Stamp } from './content.ts';

/**
 * - `stated`: id and generation are decided, the insert may or may not have happened
 * - `live`: the calendar event stands
 * - `deleting`: we are removing it; a tombstone is expected
 * - `gone`: it does not stand, and should not
 * - `detached`: staff took our mark off; we leave it alone
 */
export type MappingState = 'stated' | 'live' | 'deleting' | 'gone' | 'detached';

/**
 * The agreement between one ledger event and one binding.
 *
 * `dirty` and `inbound` are the outbox: each holds the unique number of the commit that asked for work, is cleared only
 * by work that began with that number, and is found again by the sweep at `sweepAt`.
 */
export interface Mapping {
  readonly id: string;
  readonly eventId: string;
  readonly bindingId: string;
  readonly resourceId: string;
  /** Absent until an id has been stated. */
  readonly remoteId?: string;
  /** The mapping of another calendar may name the same event: it was dragged from the one to the other. */
  readonly shared?: true;
  readonly generation: number;
  readonly state: MappingState;
  readonly etag?: string;
  /** Stamp of the content both sides last agreed on. */
  readonly agreed?: Stamp;
  /**
   * Stamps of what the calendar said when edits on it were taken up since both sides last agreed, the latest first and no
   * more than `MOST_TAKEN`. What the ledger says alike it has from there: that is no change of its own against what the
   * calendar says next. Several, because a later edit may be read before an earlier one is in the ledger.
   */
  readonly taken?: readonly Stamp[];
  /**
   * The version of the booking that its source was last asked to change as this calendar says, until both sides agree; also
   * where it was asked by the mapping of the calendar from which its event was dragged here.
   */
  readonly askedOf?: number;
  /** The version that its source was last asked to move to the calendar to which its event was dragged. */
  readonly askedToMove?: number;
  /** End of the event as last committed: which mappings are future, without reading their events. */
  readonly end: string;
  readonly dirty?: string;
  readonly inbound?: string;
  /** When the sweep should enqueue this mapping again; absent when there is nothing to do or nothing will help. */
  readonly sweepAt?: string;
  /** Set with `inbound`: an event by its id was seen on another calendar, moved there or beside its own. */
  readonly seenElsewhere?: true;
  /** Set with `seenElsewhere`: the version in which the calendar that its booking left handed the event over. */
  readonly handedOver?: string;
  /** Set with `inbound`: an event that was put there for this mapping, which names another by now, and was not taken off. */
  readonly leftover?: string;
  /** Its event was dragged away and is being put back: who put it here before that must not say that it stands. */
  readonly returning?: true;
  /** Its event is put back because it must not be moved away: staff were told of that. */
  readonly moveRefused?: true;
  /** Set with `inbound`: the event was seen to be gone from its calendar, and counted among the recent removals. */
  readonly vanished?: true;
  /** Rounds of task retries that were all used up. */
  readonly attempts: number;
  readonly nextAttemptAt?: string;
  /** Why nothing more is tried until a person replays it. */
  readonly parked?: string;
  /** When its disappearance from the calendar was held for staff as part of a bulk. */
  readonly heldAt?: string;
  /** What staff said of the disappearances they were asked about, until the calendar was looked at once more. */
  readonly removalDecided?: RemovalDecision;
  readonly updatedAt: string;
}

/** Whoever edits faster than so many are taken up is told of what was refused. */
const MOST_TAKEN = 4;

/** `taken` of a mapping with one more edit. */
export function takenWith(stamp: Stamp, { taken = [] }: Pick<Mapping, 'taken'>): readonly Stamp[] {
  return [stamp, ...taken.filter((other) => other !== stamp)].slice(0, MOST_TAKEN);
}
