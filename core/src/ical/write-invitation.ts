import ical, {
  escape as escapeText,
  ICalAttendeeRole,
  ICalAttendeeStatus,
  ICalCalendarMethod,
  type ICalEventData,
  ICalEventStatus,
} from 'ical-generator';
import { Temporal } from 'temporal-polyfill';
import { type Interval, isDate } from '../domain/interval.ts';
import { oneLine } from './one-line.ts';

/** Who invites, or is invited. The address is one that `isEmailAddress` takes; the name may hold anything. */
export interface InvitationParty {
  readonly name?: string;
  readonly email: string;
}

/** What an invitation says, with canonical dates or instants. Texts may hold anything. */
export interface Invitation extends Interval {
  /** `REQUEST` invites or says what changed; `CANCEL` calls it off. */
  readonly method: 'REQUEST' | 'CANCEL';
  /** The same in every message about one booking. */
  readonly uid: string;
  /** Higher in every later state: whoever has a higher one ignores the message. */
  readonly sequence: number;
  /** DTSTAMP: when this state came about, a canonical instant. */
  readonly stampAt: string;
  readonly title: string;
  readonly location?: string;
  /** Lines of text. */
  readonly description?: readonly string[];
  readonly organizer: InvitationParty;
  readonly attendee: InvitationParty;
}

/**
 * The invitation as an iTIP message (RFC 5546, 3.2): dates as DATE, instants in UTC, lines folded and ended with CRLF.
 * What would end a line or cannot be shown becomes a blank. Equal invitations are equal bytes.
 */
export function writeInvitation(invitation: Invitation): string {
  const { method } = invitation;
  const document = ical({
    prodId: { company: 'Dovetail', product: 'Dovetail' },
    method: method === 'REQUEST' ? ICalCalendarMethod.REQUEST : ICalCalendarMethod.CANCEL,
    events: [toEventData(invitation)],
  });
  // It leaves out the last line's end (RFC 5545, 3.1).
  return `${document.toString()}\r\n`;
}

/** Temporal values only: ical-generator prints a plain `Date` in the process's own zone. It writes UIDs as they are. */
function toEventData(invitation: Invitation): ICalEventData {
  const { uid, sequence, stampAt, title, location, description, organizer, method } = invitation;
  const isRequest = method === 'REQUEST';
  return {
    id: escapeText(oneLine(uid), false),
    sequence,
    stamp: Temporal.Instant.from(stampAt),
    summary: oneLine(title),
    ...(location !== undefined && { location: oneLine(location) }),
    ...(description && { description: description.map(oneLine).join('\n') }),
    status: isRequest ? ICalEventStatus.CONFIRMED : ICalEventStatus.CANCELLED,
    organizer: { name: nameOf(organizer), email: asMailto(organizer.email) },
    attendees: [
      {
        name: nameOf(invitation.attendee),
        email: asMailto(invitation.attendee.email),
        role: ICalAttendeeRole.REQ,
        ...(isRequest && { status: ICalAttendeeStatus.NEEDSACTION, rsvp: true }),
      },
    ],
    ...timesOf(invitation),
  };
}

function timesOf({ start, end }: Interval): Pick<ICalEventData, 'start' | 'end' | 'allDay'> {
  if (isDate(start)) return { allDay: true, start: Temporal.PlainDate.from(start), end: Temporal.PlainDate.from(end) };
  return { start: Temporal.Instant.from(start), end: Temporal.Instant.from(end) };
}

/** A name stands between double quotes, which not all programs can read inside of them (RFC 6868). */
function nameOf({ name, email }: InvitationParty): string {
  return oneLine((name ?? '').replaceAll('"', "'")) || email;
}

/** What an address may hold and a `mailto` address may not (RFC 6068, 2). */
function asMailto(email: string): string {
  return email.replace(/[%?#&/^`{|}]/g, encodeURIComponent);
}
