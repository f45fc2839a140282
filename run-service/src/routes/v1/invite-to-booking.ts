import { isEmailAddress } from '@dovetail/core/domain/email-address.ts';
import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import { invitationOf } from '@dovetail/core/ical/invitation-of.ts';
import { type InvitationParty, writeInvitation } from '@dovetail/core/ical/write-invitation.ts';
import type { z } from 'zod';
import type { AppDeps } from '../../app-deps.ts';
import { Problem } from '../../middleware/problem.ts';
import { presentBooking } from '../../present/booking.ts';
import type { invitationDraftSchema, invitationSchema } from '../../schemas/invitation.ts';
import { findBooking } from './find-booking.ts';

/**
 * The iTIP message about a booking as it stands now: an invitation, or, once it is cancelled, the cancellation. Writes
 * nothing and mails nothing. While the booking stays as it is, the message does.
 * @throws NotFound; Problem for a booking that is only held, where nobody is known to invite, and while the tenant has not
 * said who invites.
 */
export async function inviteToBooking(
  tenantId: string,
  id: string,
  draft: z.output<typeof invitationDraftSchema>,
  deps: Pick<AppDeps, 'documents' | 'store' | 'bookingSystem' | 'clock'>,
): Promise<z.input<typeof invitationSchema>> {
  const booking = await findBooking(tenantId, id, deps);
  if (presentBooking(booking).status === 'held') {
    throw new Problem('wrong-state', 'The booking is only held. Confirm it first, then invite.');
  }
  const tenant = await deps.store.tenants.get(deps.documents, tenantId);
  if (!tenant?.organizer) {
    const detail = 'Nobody is named to invite. Set the organizer of the tenant first, with PATCH /v1/tenant.';
    throw new Problem('unprocessable', detail, { reason: 'no_organizer' });
  }
  const { organizer } = tenant;
  const resource = await deps.store.resources.get(deps.documents, tenantId, booking.resourceId);
  const attendee = attendeeOf(booking, draft);
  const invitation = invitationOf({ tenant, organizer, resource: resource ?? undefined, booking, attendee });
  return { method: invitation.method, sequence: invitation.sequence, ics: writeInvitation(invitation) };
}

/** The guest, or who is named instead. Another address is another person's: the guest's name is not put to it. */
function attendeeOf({ guest }: LedgerEvent, draft: z.output<typeof invitationDraftSchema>): InvitationParty {
  const email = draft?.email ?? guest?.email?.trim();
  if (email === undefined || email === '') {
    throw nobodyToInvite('The booking names no e-mail address of its guest. Give one as email.', 'is missing');
  }
  if (!isEmailAddress(email)) {
    throw nobodyToInvite(
      "The guest's e-mail address is none that mail can be sent to. Give one as email.",
      'is needed',
    );
  }
  const name = draft?.name ?? (draft?.email === undefined ? guest?.name : undefined);
  return { email, ...(name !== undefined && { name }) };
}

function nobodyToInvite(detail: string, what: string): Problem {
  return new Problem('unprocessable', detail, { errors: [{ path: 'email', detail: what }], reason: 'no_attendee' });
}
