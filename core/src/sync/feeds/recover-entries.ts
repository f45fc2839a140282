import type { LedgerEvent } from '../../domain/event.ts';
import type { Feed } from '../../domain/feed.ts';
import { addDays, instantOf, sameInterval } from '../../domain/interval.ts';
import { heldBy, type KnownEntry } from '../../domain/known-entry.ts';
import type { SyncDeps } from '../deps.ts';
import { lookOf } from './entry-look.ts';

/**
 * What is known of a feed after a commit that ended halfway: the ledger then says more than the entries remembered. An
 * event that no entry stands for becomes one, and where the two differ the ledger is right. One query over the
 * resource's events to come.
 */
export async function recoverEntries(
  tenantId: string,
  feed: Feed,
  known: readonly KnownEntry[],
  deps: Pick<SyncDeps, 'documents' | 'store' | 'clock'>,
): Promise<KnownEntry[]> {
  const recovered = new Map(known.map((entry) => [entry.eventId, entry]));
  const where = [
    { field: 'resourceId', op: '==', value: feed.resourceId },
    { field: 'end', op: '>', value: addDays(instantOf(deps.clock.now()).slice(0, 10), -1) },
  ] as const;
  for await (const events of deps.store.events.each(deps.documents, tenantId, { where, orderBy: { field: 'end' } })) {
    for (const event of events) {
      if (event.source.type !== 'feed' || event.source.id !== feed.id) continue;
      recovered.set(event.id, recoverEntry(event, recovered.get(event.id)));
    }
  }
  return [...recovered.values()];
}

/** The entry that an event of the ledger stands for. Pure. */
export function recoverEntry(event: LedgerEvent, known: KnownEntry | undefined): KnownEntry {
  const { title, guest = {}, platform = 'generic', ambiguous = false } = event;
  const shown = {
    title,
    ambiguous,
    ...(guest.name !== undefined && { guestName: guest.name }),
    ...(guest.phoneLast4 !== undefined && { phoneLast4: guest.phoneLast4 }),
    ...(guest.count !== undefined && { guestCount: guest.count }),
  };
  const state = stateOf(event, known);
  const isOver = state === 'present' && isOverEcho(event);
  const { start, end } = event;
  const isWhereKnown = known !== undefined && sameInterval(heldBy(known), event);
  return {
    eventId: event.id,
    uid: event.source.externalUid,
    recurrenceId: known?.recurrenceId ?? '',
    ...(isWhereKnown
      ? { start: known.start, end: known.end, ...(known.held && { held: known.held }) }
      : { start, end }),
    kind: event.kind === 'reservation' ? 'reservation' : 'block',
    look: lookOf(shown, platform),
    state,
    ...(event.reservationCode !== undefined && { reservationCode: event.reservationCode }),
    ...(known?.edge && { edge: true }),
    ...(event.echoOf !== undefined && {
      echo: { ...known?.echo, of: event.echoOf, ...(isOver && { isOver: true }) },
    }),
    ...(event.showedFirst && { showedFirst: true }),
    ...(state === 'missing' && known?.isNewcomer && { isNewcomer: true }),
    ...(state !== 'present' && { since: known?.state === state && known.since ? known.since : event.updatedAt }),
  };
}

/** Staff's release is no word of the feed's. */
function stateOf(event: LedgerEvent, known: KnownEntry | undefined): KnownEntry['state'] {
  const { status, staffReleasedAt } = event;
  if (staffReleasedAt !== undefined) return known?.state ?? 'present';
  // An echo that is over is shown all the same.
  if (isOverEcho(event) && known?.state === 'present') return 'present';
  if (status === 'active') return 'present';
  return status === 'missing' ? 'missing' : 'released';
}

/** What staff have released is over only where its feed let go of it, too. */
function isOverEcho({ status, staffReleasedAt, echoOf }: LedgerEvent): boolean {
  if (echoOf === undefined) return false;
  return status === 'cancelled' || (status === 'released' && staffReleasedAt === undefined);
}
