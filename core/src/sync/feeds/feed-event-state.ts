import type { LedgerEvent, Platform } from '../../domain/event.ts';
import type { FeedEntry } from '../../domain/feed.ts';
import { heldBy, type KnownEntry } from '../../domain/known-entry.ts';
import type { EventState } from '../../ledger/commit-changes.ts';
import { eventText } from '../../ledger/event-text.ts';
import { saidOf } from '../../ledger/said-of.ts';
import type { FeedChange } from './plan-feed-entry.ts';

/** What every event of one commit of a feed has. */
export interface FeedEventParts {
  readonly feedId: string;
  readonly resourceId: string;
  readonly platform: Platform;
  /** Lower wins. */
  readonly priority: number;
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
  { feedId, resourceId, platform, priority, runId, seenAt }: FeedEventParts,
): EventState {
  const guest = guestOf(entry);
  return {
    id: known.eventId,
    resourceId,
    kind: entry.kind,
    status: known.echo?.isOver ? overStatus(current) : 'active',
    source: { type: 'feed', id: feedId, externalUid: entry.uid },
    platform,
    priority,
    ...heldBy(known),
    title: entry.title,
    ...(known.reservationCode !== undefined && { reservationCode: known.reservationCode }),
    ...(guest && { guest }),
    ...(entry.ambiguous && { ambiguous: true }),
    ...(entry.modifiedAt !== undefined && { modifiedAt: entry.modifiedAt }),
    raw: eventText(entry.raw),
    ...echoOf(known),
    runId,
    lastSeenAt: seenAt,
  };
}

/** An echo that is over; one that staff have freed holds nothing either, should they take that back. */
function overStatus(current: LedgerEvent | undefined): 'released' | 'cancelled' {
  return current?.staffReleasedAt === undefined ? 'released' : 'cancelled';
}

/** What is not in the feed keeps what was last said of it. */
function statusState(
  { action, known, calledOff }: FeedChange,
  current: LedgerEvent | undefined,
  { runId }: FeedEventParts,
): EventState | null {
  if (!current) return null;
  const status = action === 'missing' || action === 'released' ? action : 'active';
  const isOver = current.status === 'released' || current.status === 'cancelled';
  // Should staff take their release back, nothing is held that its source let go of meanwhile.
  if (isOver && status === 'released' && current.staffReleasedAt !== undefined) {
    return current.status === 'cancelled' ? null : { ...saidOf(current), status: 'cancelled', runId };
  }
  // What staff have released is not held again because its source stopped showing it.
  if (isOver && status !== 'active') return null;
  const { echoOf: _, showedFirst: __, ...said } = saidOf(current);
  return { ...said, ...echoOf(known), status, runId, ...(calledOff && { raw: eventText(calledOff.raw) }) };
}

function echoOf({ echo, showedFirst }: KnownEntry): Pick<EventState, 'echoOf' | 'showedFirst'> {
  return { ...(echo && { echoOf: echo.of }), ...(showedFirst && { showedFirst }) };
}

function saysSame(state: EventState, current: LedgerEvent): boolean {
  return JSON.stringify(comparable(state)) === JSON.stringify(comparable(saidOf(current)));
}

/** How the feed words it is no part of it: one that stamps its entries anew says the same. */
function comparable({ runId: _, lastSeenAt: __, raw: ___, ...said }: EventState): [string, unknown][] {
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
