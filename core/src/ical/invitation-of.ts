import { holdsTime, type LedgerEvent } from '../domain/event.ts';
import { digest } from '../domain/identity.ts';
import { isDate } from '../domain/interval.ts';
import type { Resource } from '../domain/resource.ts';
import type { Tenant } from '../domain/tenant.ts';
import type { Invitation, InvitationParty } from './write-invitation.ts';

/** What an invitation is made of. The tenant has said who invites. */
export interface InvitationSubject {
  readonly tenant: Pick<Tenant, 'id' | 'name' | 'createdAt'>;
  readonly organizer: InvitationParty;
  /** Absent when it is gone from the tenant, as may be of a booking that was cancelled. */
  readonly resource: Resource | undefined;
  readonly booking: LedgerEvent;
  readonly attendee: InvitationParty;
}

/**
 * What an invitation to a booking says in its present state. While that stays, so does every byte of it; each later state
 * has a higher sequence, as the revision of the ledger's event grows with every change of it. Pure.
 */
export function invitationOf({ tenant, organizer, resource, booking, attendee }: InvitationSubject): Invitation {
  const { start, end, revision, updatedAt } = booking;
  const places = [resource?.name, tenant.name].filter((place) => place !== undefined && place !== '');
  return {
    method: holdsTime(booking) ? 'REQUEST' : 'CANCEL',
    uid: uidOf(tenant, booking),
    sequence: revision,
    // Of two messages with one sequence the one with the later stamp counts (RFC 5546, 2.1.5): a new name is news too.
    stampAt: resource && resource.updatedAt > updatedAt ? resource.updatedAt : updatedAt,
    title: booking.title.trim() || places.join(', '),
    location: places.join(', '),
    ...(isDate(start) && { description: stayOf(booking, resource) }),
    start,
    end,
    organizer,
    attendee,
  };
}

/** Ids of events say nothing of their tenant: one guest may be invited by two, to bookings that are called alike. */
function uidOf(tenant: Pick<Tenant, 'id' | 'createdAt'>, { id }: LedgerEvent): string {
  return `${digest('invitation', tenant.id, tenant.createdAt, id).slice(0, 32)}@dovetail`;
}

/** The days say nothing of hours: on which one comes and leaves, and when, where that is known. */
function stayOf(booking: LedgerEvent, resource: Resource | undefined): string[] {
  const { start, end } = booking;
  const checkIn = booking.checkInTime ?? resource?.checkInTime;
  const checkOut = booking.checkOutTime ?? resource?.checkOutTime;
  return [
    `Check-in: ${start}${checkIn === undefined ? '' : `, from ${checkIn}`}`,
    `Check-out: ${end}${checkOut === undefined ? '' : `, until ${checkOut}`}`,
  ];
}
