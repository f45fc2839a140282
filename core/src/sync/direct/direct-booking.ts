import type { Guest } from '../../domain/booking.ts';
import type { EventSource, LedgerEvent } from '../../domain/event.ts';
import { eventIdOf } from '../../domain/identity.ts';

/** Shown when a booking has neither title nor guest name. */
const UNTITLED = 'Booking';

/** The source of a booking made with us: the ledger is its booking system. */
export function directSource(bookingId: string): EventSource {
  return { type: 'direct', id: 'api', externalUid: bookingId };
}

/** The id under which the ledger knows it. */
export function eventIdOfDirect(bookingId: string): string {
  return eventIdOf(directSource(bookingId));
}

/** True for bookings made with us. */
export function isDirect({ source }: Pick<LedgerEvent, 'source'>): boolean {
  return source.type === 'direct';
}

/** Who books and under which title, as far as the caller says. */
export interface BookingDetails {
  readonly title?: string;
  readonly guest?: Guest;
}

/** The details of a booking with some of them said anew. A title nobody chose follows the guest's name. Pure. */
export function detailsOf(
  { title, guest }: BookingDetails,
  known?: Pick<LedgerEvent, 'title' | 'guest'>,
): Pick<LedgerEvent, 'title' | 'guest'> {
  const next = guest || known?.guest ? { guest: { ...known?.guest, ...guest } } : {};
  const chosen = known && known.title !== (known.guest?.name ?? UNTITLED) ? known.title : undefined;
  return { title: title ?? chosen ?? next.guest?.name ?? UNTITLED, ...next };
}
