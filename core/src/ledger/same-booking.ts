import type { LedgerEvent } from '../domain/event.ts';
import { addDays } from '../domain/interval.ts';

/** By which sign two events of different sources are one and the same booking. */
export type SameBooking = 'uid' | 'reservation-code' | 'phone';

/** What the comparison of two sources rests on. */
export type SourcedEvent = Pick<
  LedgerEvent,
  'source' | 'kind' | 'start' | 'end' | 'resourceId' | 'reservationCode' | 'guest'
>;

/**
 * Whether two events on one resource, near each other in time, tell of the same booking: they have the same UID, or the same reservation code, or
 * the guest's phone number ends alike and the dates differ by a day at most. Never by their dates alone: two platforms
 * that sold the same nights have sold them twice until something proves otherwise. Pure.
 */
export function sameBooking(a: SourcedEvent, b: SourcedEvent): SameBooking | null {
  if (a.resourceId !== b.resourceId || a.kind !== b.kind || isSameSource(a, b)) return null;
  const codes = [a.reservationCode, b.reservationCode];
  if (codes[0] !== undefined && codes[1] !== undefined) return codes[0] === codes[1] ? 'reservation-code' : null;
  if (a.source.externalUid !== '' && a.source.externalUid === b.source.externalUid) return 'uid';
  if (a.kind !== 'reservation') return null;
  const phone = lastDigits(a);
  return phone !== undefined && phone === lastDigits(b) && isNear(a.start, b.start) && isNear(a.end, b.end)
    ? 'phone'
    : null;
}

/** What `sameBooking` goes by: two events that have none of these in common are two bookings. Pure. */
export function signsOf(event: SourcedEvent): string[] {
  const { reservationCode, source } = event;
  const phone = event.kind === 'reservation' ? lastDigits(event) : undefined;
  return [
    ...(reservationCode === undefined ? [] : [`code ${reservationCode}`]),
    ...(source.externalUid === '' ? [] : [`uid ${source.externalUid}`]),
    ...(phone === undefined ? [] : [`phone ${phone}`]),
  ];
}

function isSameSource({ source: a }: SourcedEvent, { source: b }: SourcedEvent): boolean {
  return a.type === b.type && a.id === b.id;
}

function lastDigits({ guest }: SourcedEvent): string | undefined {
  const digits = guest?.phoneLast4 ?? guest?.phone?.replace(/\D/g, '').slice(-4);
  return digits?.length === 4 ? digits : undefined;
}

/** At most a day apart; on timed resources the very same instant. */
function isNear(a: string, b: string): boolean {
  if (a.length !== 10 || b.length !== 10) return a === b;
  return a === b || addDays(a, 1) === b || addDays(b, 1) === a;
}
