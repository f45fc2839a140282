import type { LedgerEvent } from '../../domain/event.ts';
import type { FeedEntry } from '../../domain/feed.ts';
import { heldBy } from '../../domain/known-entry.ts';
import type { EventState } from '../../ledger/commit-changes.ts';
import { saidOf } from '../../ledger/said-of.ts';
import type { FeedTraits } from './entry-look.ts';
import type { FeedChange } from './plan-feed-entry.ts';

/** What every event of one commit of a feed has. */
export interface FeedEventParts {
  readonly feedId: string;
  readonly resourceId: string;
  readonly traits: FeedTraits;
  readonly runId: string;
  /** When the feed was read: an instant. */
  readonly seenAt: string;
}

/**
 * What an event of the ledger should become by a change of its feed; null when it says so already, as after a commit
 * whose end was not recorded, or when there is no event that could change. Pure.
 */
export function feedEventState(
  change: FeedChange,
  current: LedgerEvent | undefined,
  parts: FeedEventParts,
): EventState | null {
  const state = change.entry ? shownState(change, change.entry, current, parts) : statusState(change, current, parts);
  return state && current && saysSame(state, current) ? null : state;
}

function shownState(
  { known }: FeedChange,
  entry: FeedEntry,
  current: LedgerEvent | undefined,
  { feedId, resourceId, traits, runId, seenAt }: FeedEventParts,
): EventState {
  const guest = guestOf(entry);
  return {
    id: known.eventId,
    resourceId,
    kind: entry.kind,
    status: 'active',
    source: { type: 'feed', id: feedId, externalUid: entry.uid },
    ...traits,
    ...heldBy(known),
    title: entry.title,
    ...(known.reservationCode !== undefined && { reservationCode: known.reservationCode }),
    ...(guest && { guest }),
    ...(entry.ambiguous && { ambiguous: true }),
    ...(entry.modifiedAt !== undefined && { modifiedAt: entry.modifiedAt }),
    ...(current?.echoOf !== undefined && { echoOf: current.echoOf }),
    runId,
    lastSeenAt: seenAt,
  };
}

/** What is not in the feed keeps what was last said of it. */
function statusState(
  { action }: FeedChange,
  current: LedgerEvent | undefined,
  { runId }: FeedEventParts,
): EventState | null {
  if (!current) return null;
  const status = action === 'missing' || action === 'released' ? action : 'active';
  const isOver = current.status === 'released' || current.status === 'cancelled';
  // What staff have released is not held again because its source stopped showing it.
  if (isOver && status !== 'active') return null;
  return { ...saidOf(current), status, runId };
}

function saysSame(state: EventState, current: LedgerEvent): boolean {
  return JSON.stringify(comparable(state)) === JSON.stringify(comparable(saidOf(current)));
}

function comparable({ runId: _, lastSeenAt: __, ...said }: EventState): [string, unknown][] {
  return Object.entries(said).sort(([a], [b]) => (a < b ? -1 : 1));
}

function guestOf({ guestName, phoneLast4, guestCount }: FeedEntry): LedgerEvent['guest'] {
  if (guestName === undefined && phoneLast4 === undefined && guestCount === undefined) return undefined;
  return {
    ...(guestName !== undefined && { name: guestName }),
    ...(phoneLast4 !== undefined && { phoneLast4 }),
    ...(guestCount !== undefined && { count: guestCount }),
  };
}
